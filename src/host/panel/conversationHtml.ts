import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { pagePolicy } from './pagePolicy.ts';

/** The only folders that the page may load from. */
export function resourceRoots(extensionUri: vscode.Uri): readonly vscode.Uri[] {
  return [
    vscode.Uri.joinPath(extensionUri, 'dist', 'webview'),
    vscode.Uri.joinPath(extensionUri, 'media'),
  ];
}

/** A page by the names of its script in `dist/webview` and of its style sheet in `media`. */
export interface PageFilesOf {
  readonly script: string;
  readonly style: string;
  readonly title: string;
}

export function conversationHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  return pageHtml(webview, extensionUri, {
    script: 'main.js',
    style: 'conversation.css',
    title: 'Vision for Claude',
  });
}

/** A page's document: style sheets as files, one script by nonce, pictures from memory only. */
export function pageHtml(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  { script, style, title }: PageFilesOf,
): string {
  const nonce = randomBytes(16).toString('base64');
  const resource = (...path: string[]): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, ...path)).toString();
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${pagePolicy(nonce, webview.cspSource)}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" id="vscode-codicon-stylesheet" href="${resource('dist', 'webview', 'codicon.css')}">
  <link rel="stylesheet" href="${resource('media', style)}">
  <title>${title}</title>
</head>
<body>
  <script nonce="${nonce}" src="${resource('dist', 'webview', script)}"></script>
</body>
</html>`;
}
