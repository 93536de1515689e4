import type { IncomingMessage } from 'node:http';
import { invalid } from './failure.ts';

/** A file that came with `POST /v1/files`. */
export interface Upload {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly expiresInSeconds: number | undefined;
}

const fields = new Set(['file', 'expires_in_seconds']);

/** The one file of a form; a 400 where the body is no form or holds something else. */
export async function parseUpload(request: IncomingMessage, body: Buffer): Promise<Upload> {
  const form = await formOf(request.headers['content-type'] ?? '', body);
  const stray = [...form.keys()].find((key) => !fields.has(key));
  if (stray !== undefined) throw invalid(`${stray}: Extra inputs are not permitted`);
  const [file, ...more] = form.getAll('file');
  if (!(file instanceof File)) throw invalid('file: Field required');
  if (more.length > 0) throw invalid('file: one file at a time');
  const expires = form.get('expires_in_seconds');
  return {
    // The last part of a path, as the API keeps it.
    name: file.name.split(/[\\/]/u).at(-1) ?? '',
    mediaType: file.type,
    bytes: Buffer.from(await file.arrayBuffer()),
    expiresInSeconds: expires === null ? undefined : Number(expires),
  };
}

async function formOf(contentType: string, body: Buffer): Promise<FormData> {
  if (!/^multipart\/form-data\s*;/iu.test(contentType)) {
    throw invalid("content-type: Input should be 'multipart/form-data'");
  }
  try {
    const headers = { 'content-type': contentType };
    return await new Response(new Uint8Array(body), { headers }).formData();
  } catch (cause) {
    throw invalid('The request body is not valid multipart/form-data', undefined, { cause });
  }
}
