import {
  AnthropicError,
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
} from '@anthropic-ai/sdk/core/error';
import type { RequestFailure, RequestImage } from '../core/failure.ts';
import { goneFiles } from './goneFiles.ts';
import { invalidRequest } from './invalidRequest.ts';
import { retryAfterSeconds } from './retryAfter.ts';

/** What is known of a request when it fails. */
export interface FailureContext {
  readonly baseUrl: string;
  readonly model: string;
  /** Whether a response had begun, so that a fault is a cut and not an unreachable server. */
  readonly connected: boolean;
  /** The images by their path in the request, such as `messages.0.content.1`. */
  readonly images: ReadonlyMap<string, RequestImage>;
  /** The ids of files by the path of the block that refers to them; absent where none does. */
  readonly files?: ReadonlyMap<string, string>;
}

/**
 * The failure that an error of the SDK stands for. Matches on classes, `status`, `type` and
 * `errorCode`, never on the wording of a message, which the API may change at any time; the
 * exceptions are those of `invalidRequest` and `goneFiles`, which have nothing else to go by.
 */
export function requestFailure(error: unknown, context: FailureContext): RequestFailure {
  if (error instanceof APIConnectionTimeoutError) {
    return { kind: 'timedOut', host: hostOf(context.baseUrl) };
  }
  if (error instanceof APIConnectionError) {
    const code = systemCode(error);
    return {
      kind: 'unreachable',
      host: hostOf(context.baseUrl),
      ...(code !== undefined && { code }),
    };
  }
  if (error instanceof APIError) {
    return apiFailure(error, context);
  }
  if (context.connected && error instanceof AnthropicError) {
    return { kind: 'streamCut' };
  }
  // Its message may quote a header, and with it the key.
  return { kind: 'unexpected', detail: error instanceof Error ? error.name : typeof error };
}

function apiFailure(error: APIError, context: FailureContext): RequestFailure {
  const requestId = error.requestID ? { requestId: error.requestID } : {};
  const message = error.apiMessage ?? error.message;
  if (error.errorCode === 'enforced_spend_limit_reached') {
    return { kind: 'spendLimit', message, ...requestId };
  }
  const fileIds = goneFiles(error, context);
  if (fileIds.length > 0) {
    return { kind: 'filesGone', fileIds, ...requestId };
  }
  switch (error.type) {
    case 'overloaded_error':
      return { kind: 'overloaded', ...waitAndId(error) };
    case 'rate_limit_error':
      return { kind: 'rateLimited', ...waitAndId(error) };
    case 'authentication_error':
      return { kind: 'keyRejected', ...requestId };
    case 'billing_error':
      return { kind: 'billing', message, ...requestId };
    case 'permission_error':
      return { kind: 'permissionDenied', message, ...requestId };
    default:
      return failureOfStatus(error, context, message);
  }
}

function failureOfStatus(
  error: APIError,
  context: FailureContext,
  message: string,
): RequestFailure {
  const requestId = error.requestID ? { requestId: error.requestID } : {};
  switch (error.status) {
    case 400:
      return invalidRequest(error, context.images, message);
    case 401:
      return { kind: 'keyRejected', ...requestId };
    case 402:
      return { kind: 'billing', message, ...requestId };
    case 403:
      return { kind: 'permissionDenied', message, ...requestId };
    case 404:
      return error.type === 'not_found_error'
        ? { kind: 'modelNotFound', model: context.model, ...requestId }
        : { kind: 'endpointNotFound', ...requestId };
    case 413:
      return { kind: 'requestTooLarge', ...requestId };
    case 429:
      return { kind: 'rateLimited', ...waitAndId(error) };
    case 529:
      return { kind: 'overloaded', ...waitAndId(error) };
    // Timeouts of the server's own, of a request and of a lock: the SDK too takes them for passing.
    case 408:
    case 409:
      return { kind: 'serverError', status: error.status, ...waitAndId(error) };
    case undefined:
      // An error within the stream.
      return error.type === 'invalid_request_error'
        ? invalidRequest(error, context.images, message)
        : { kind: 'serverError', ...waitAndId(error) };
    default:
      return error.status >= 500
        ? { kind: 'serverError', status: error.status, ...waitAndId(error) }
        : { kind: 'requestInvalid', message, ...requestId };
  }
}

/** How long the server asks to wait, and the request id, as far as they came. */
function waitAndId(error: APIError): {
  readonly retryAfterSeconds?: number;
  readonly requestId?: string;
} {
  const seconds = retryAfterSeconds(error.headers);
  return {
    ...(seconds !== undefined && { retryAfterSeconds: seconds }),
    ...(error.requestID && { requestId: error.requestID }),
  };
}

/** The system's error code, which fetch hides some `cause`s deep. */
function systemCode(error: Error): string | undefined {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') {
      return cause.code;
    }
    if (cause instanceof AggregateError && cause.errors[0] instanceof Error) {
      return systemCode(cause.errors[0]);
    }
  }
  return undefined;
}

function hostOf(baseUrl: string): string {
  return URL.parse(baseUrl)?.host ?? baseUrl;
}
