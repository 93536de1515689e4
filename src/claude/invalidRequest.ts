import type { APIError } from '@anthropic-ai/sdk/core/error';
import type { RequestFailure, RequestImage } from '../core/failure.ts';

/**
 * What a 400 is about. Where its details do not say, its message is all there is to go by: a wording
 * that is not known here leads to `requestInvalid`, from which there is a way on as well.
 * Wordings: public issue threads, and the API's own answers.
 */
export function invalidRequest(
  error: APIError,
  images: ReadonlyMap<string, RequestImage>,
  message: string,
): RequestFailure {
  const told = { message, ...(error.requestID && { requestId: error.requestID }) };
  const offenders = offendingPaths(error, message)
    .map((path) => images.get(path))
    .filter((image) => image !== undefined);
  if (offenders.length > 0) {
    const maxEdge = maxEdgeOf(error, message);
    return {
      kind: 'imagesRejected',
      images: offenders,
      ...(maxEdge !== undefined && { maxEdge }),
      ...told,
    };
  }
  return (
    excess(message, told) ??
    (images.size > 0 && /\bimage\b/i.test(message)
      ? { kind: 'someImageRejected', images: [...images.values()], ...told }
      : { kind: 'requestInvalid', ...told })
  );
}

function excess(
  message: string,
  { requestId }: { readonly requestId?: string },
): RequestFailure | undefined {
  const id = requestId === undefined ? {} : { requestId };
  const media = /too much media.*?(\d+) images? > (\d+)/i.exec(message);
  if (media) {
    return { kind: 'tooManyImages', count: Number(media[1]), limit: Number(media[2]), ...id };
  }
  const prompt = /prompt is too long: (\d+) tokens > (\d+)/i.exec(message);
  if (prompt) {
    return { kind: 'promptTooLong', tokens: Number(prompt[1]), limit: Number(prompt[2]), ...id };
  }
  const withAnswer = /exceed context limit: (\d+) \+ (\d+) > (\d+)/i.exec(message);
  if (withAnswer) {
    const tokens = Number(withAnswer[1]) + Number(withAnswer[2]);
    return { kind: 'promptTooLong', tokens, limit: Number(withAnswer[3]), ...id };
  }
  return /prompt is too long|exceed context limit/i.test(message)
    ? { kind: 'promptTooLong', ...id }
    : undefined;
}

/** Paths of the content blocks that a 400 is about: from its details, else from its message. */
function offendingPaths(error: APIError, message: string): readonly string[] {
  const paths = detailOf(error, 'paths');
  if (Array.isArray(paths)) {
    return paths.filter((path) => typeof path === 'string');
  }
  const path = /^messages\.\d+\.content\.\d+/.exec(message)?.[0];
  return path === undefined ? [] : [path];
}

function maxEdgeOf(error: APIError, message: string): number | undefined {
  const told = detailOf(error, 'max_side_length_pixels');
  if (typeof told === 'number') {
    return told;
  }
  const worded = /dimensions exceed max allowed size.*?: (\d+) pixels/.exec(message)?.[1];
  return worded === undefined ? undefined : Number(worded);
}

function detailOf(error: APIError, name: string): unknown {
  const details: unknown = error.details;
  return typeof details === 'object' && details !== null
    ? Object.entries(details).find(([key]) => key === name)?.[1]
    : undefined;
}
