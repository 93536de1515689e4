import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiFailure, invalid } from './failure.ts';

/** 32 MB, the limit of the Claude API on a request. */
const maxRequest = 32 * 1024 * 1024;

/**
 * The body as bytes. One over the limit is thrown away as it comes, so that the client can finish
 * sending and read the 413 that this rejects with.
 */
export async function readBody(request: IncomingMessage, limit = maxRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (length > limit) {
    throw new ApiFailure(413, 'request_too_large', 'Request exceeds the maximum size');
  }
  return Buffer.concat(chunks);
}

/** The body parsed; a 400 where it is not declared or not written as JSON. */
export function parseJson(request: IncomingMessage, body: Buffer): unknown {
  const [mediaType] = (request.headers['content-type'] ?? '').split(';');
  if (mediaType?.trim().toLowerCase() !== 'application/json') {
    throw invalid("content-type: Input should be 'application/json'");
  }
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The parser's own wording quotes the body, which can hold an image.
    throw invalid('The request body is not valid JSON');
  }
}

/** Sends a JSON answer. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
