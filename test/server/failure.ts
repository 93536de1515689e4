/** What the server answers instead of a message: status, the API's error type, wording and details. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly type: string;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(
    status: number,
    type: string,
    message: string,
    details?: Readonly<Record<string, unknown>>,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ApiFailure';
    this.status = status;
    this.type = type;
    this.details = details;
  }
}

/** A 400 with the API's `invalid_request_error`. */
export function invalid(
  message: string,
  details?: Readonly<Record<string, unknown>>,
  options?: ErrorOptions,
): ApiFailure {
  return new ApiFailure(400, 'invalid_request_error', message, details, options);
}

/** The body of every error answer; an `error` event in a stream carries the same without the id. */
export function errorBody(
  error: {
    readonly type: string;
    readonly message: string;
    readonly details?: Readonly<Record<string, unknown>> | undefined;
  },
  requestId?: string,
): object {
  return {
    type: 'error',
    error: {
      type: error.type,
      message: error.message,
      ...(error.details === undefined ? {} : { details: error.details }),
    },
    ...(requestId === undefined ? {} : { request_id: requestId }),
  };
}

const typeByStatus: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** The error type that the API gives to a status. */
export function typeOfStatus(status: number): string {
  return typeByStatus[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
}

/** The status that the API gives to an error type. */
export function statusOfType(type: string): number {
  const entry = Object.entries(typeByStatus).find(([, name]) => name === type);
  return entry === undefined ? 500 : Number(entry[0]);
}
