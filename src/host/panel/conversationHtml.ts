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

/** The page's document: style sheets as files, one script by nonce, pictures from memory only. */
export function conversationHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
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
  <link rel="stylesheet" href="${resource('media', 'conversation.css')}">
  <title>Vision for Claude</title>
</head>
<body>
  <script nonce="${nonce}" src="${resource('dist', 'webview', 'main.js')}"></script>
</body>
</html>`;
}
