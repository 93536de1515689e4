import type { Exchange } from './exchange.ts';
import { errorBody, typeOfStatus } from './failure.ts';
import { sendJson } from './http.ts';
import type { ErrorStep } from './script.ts';

/** Answers with the error of a step. */
export function sendError({ response, received }: Exchange, step: ErrorStep): void {
  const retryAfter =
    step.retryAfter === undefined ? {} : { 'retry-after': String(step.retryAfter) };
  const headers = { ...retryAfter, ...step.headers };
  if (step.html !== undefined) {
    response.writeHead(step.status, { 'content-type': 'text/html', ...headers });
    response.end(step.html);
    return;
  }
  const type = step.type ?? typeOfStatus(step.status);
  const code = step.errorCode === undefined ? {} : { error_code: step.errorCode };
  const details = { ...code, ...step.details };
  const error = {
    type,
    message: step.message ?? `The practice server was told to answer ${step.status}.`,
    ...(Object.keys(details).length === 0 ? {} : { details }),
  };
  sendJson(response, step.status, errorBody(error, received.id), headers);
}
