import { createHash } from 'node:crypto';
import { sendError } from './errorStep.ts';
import type { Exchange } from './exchange.ts';
import { ApiFailure, invalid } from './failure.ts';
import type { FileOperation, FileStore } from './files.ts';
import { readBody, sendJson } from './http.ts';
import { parseUpload, type Upload } from './multipart.ts';
import { orGone } from './stream.ts';

/** Room for a file of the largest size and the form around it. */
export const maxUpload = 501 * 1024 * 1024;

export interface FileRoute {
  readonly path: RegExp;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly operation: FileOperation;
}

/** The endpoints of the Files API that are played: a file's content cannot be had again. */
export const fileRoutes: readonly FileRoute[] = [
  { path: /^\/v1\/files$/u, method: 'POST', operation: 'upload' },
  { path: /^\/v1\/files$/u, method: 'GET', operation: 'list' },
  { path: /^\/v1\/files\/[^/]+$/u, method: 'GET', operation: 'get' },
  { path: /^\/v1\/files\/[^/]+$/u, method: 'DELETE', operation: 'delete' },
];

/**
 * The file of an upload. What is noted of it are its name, size and hash: its bytes would fill the
 * notes of a long test.
 */
export async function readUpload({ request, received }: Exchange): Promise<Upload> {
  const upload = await parseUpload(request, await readBody(request, maxUpload));
  const { name, mediaType, bytes, expiresInSeconds } = upload;
  received.body = {
    name,
    mediaType,
    byteLength: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    ...(expiresInSeconds === undefined ? {} : { expiresInSeconds }),
  };
  return upload;
}

/** Does an operation on the files, or what the script says instead. */
export async function serveFiles(
  exchange: Exchange,
  operation: FileOperation,
  files: FileStore,
  upload: Upload | undefined,
): Promise<void> {
  const { request, response, url, gone } = exchange;
  if (!files.isSupported) throw new ApiFailure(404, 'not_found_error', 'Not found');
  const beta = request.headers['anthropic-beta'];
  // The stable API of the SDK sends none; what asks for a beta was written for another API.
  if (beta !== undefined) {
    throw invalid(`Unexpected value(s) \`${String(beta)}\` for the \`anthropic-beta\` header`);
  }
  const step = files.take(operation);
  if (step?.kind === 'error') {
    sendError(exchange, step);
    return;
  }
  if (step?.kind === 'cut') {
    exchange.cut();
    return;
  }
  if (step?.kind === 'hold') await orGone(files.hold(), gone);
  const id = decodeURIComponent(url.pathname.slice('/v1/files/'.length));
  switch (operation) {
    case 'upload':
      if (upload === undefined) throw invalid('file: Field required');
      sendJson(response, 200, files.add(upload));
      break;
    case 'list':
      sendJson(response, 200, files.page(url.searchParams));
      break;
    case 'get':
      sendJson(response, 200, files.get(id));
      break;
    case 'delete':
      sendJson(response, 200, files.delete(id));
      break;
  }
}
