import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { webview } from '../../esbuild.js';
import { pagePolicy } from '../../src/host/panel/pagePolicy.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.ttf': 'font/ttf',
};

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Builds the page as it ships and serves it on a free port, under the policy that the host sets. */
export async function servePage(): Promise<PageServer> {
  const files = await buildPage();
  const server = http.createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1);
    const body = bodyOf(name, files, String(request.headers.host));
    response.writeHead(body === undefined ? 404 : 200, {
      'content-type': CONTENT_TYPES[path.extname(name) || '.html'] ?? 'application/octet-stream',
    });
    response.end(body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) {
    throw new Error('The server has no port.');
  }
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

/** The page, a file of it, or an empty page of the same origin. */
function bodyOf(
  name: string,
  files: ReadonlyMap<string, Uint8Array>,
  host: string,
): string | Uint8Array | undefined {
  switch (name) {
    case '':
      return pageHtml(host, { script: 'main.js', style: 'conversation.css' });
    case 'sight':
      return pageHtml(host, { script: 'sight.js', style: 'sight.css' });
    case 'empty':
      return '<!DOCTYPE html>';
    default:
      return files.get(name);
  }
}

async function buildPage(): Promise<Map<string, Uint8Array>> {
  const { outputFiles } = await build({
    ...webview,
    absWorkingDir: root,
    minify: true,
    sourcemap: false,
    write: false,
  });
  const files = new Map(outputFiles.map((file) => [path.basename(file.path), file.contents]));
  const media = path.join(root, 'media');
  for (const name of await fs.readdir(media)) {
    if (path.extname(name) === '.css') {
      files.set(name, await fs.readFile(path.join(media, name)));
    }
  }
  return files;
}

function pageHtml(
  host: string,
  { script, style }: { readonly script: string; readonly style: string },
): string {
  const nonce = randomBytes(16).toString('base64');
  const source = `http://${host}`;
  const styles = ['codicon.css', style]
    .map((name) => `<link rel="stylesheet" href="${name}">`)
    .join('');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${pagePolicy(nonce, source)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="blob:">
<title>Conversation</title>
${styles}
</head>
<body><script nonce="${nonce}" src="${script}"></script></body>
</html>`;
}
