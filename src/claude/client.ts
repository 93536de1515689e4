import { BaseAnthropic, type Middleware } from '@anthropic-ai/sdk/client';
import { Files } from '@anthropic-ai/sdk/resources/files';
import { Messages } from '@anthropic-ai/sdk/resources/messages';

/** Where requests go and with which key. */
export interface Connection {
  readonly apiKey: string;
  /** Without `/v1`, which the SDK appends. */
  readonly baseUrl: string;
}

/** One HTTP exchange, for the log: sizes and times, never content or credentials. */
export interface HttpExchange {
  readonly method: string;
  readonly path: string;
  readonly requestBytes: number;
  /** Absent when no response came. */
  readonly status?: number;
  readonly requestId?: string;
  /** From the start of the request to the response's headers. */
  readonly milliseconds: number;
}

/** The SDK's constructor reads headers from here: they would go to any server, and replace the key. */
const CUSTOM_HEADERS = 'ANTHROPIC_CUSTOM_HEADERS';

/** A connection kept alive may have died unnoticed; beyond that, the user is told. */
const CONNECTION_RETRIES = 1;

/**
 * The part of the SDK's client that is used here: a third of the whole in the bundle. Everything
 * that decides where a key goes is passed explicitly, so that no environment variable and no
 * profile on disk can redirect it.
 */
export class ClaudeClient extends BaseAnthropic {
  readonly files: Files;
  readonly messages: Messages;

  constructor(connection: Connection, log: (exchange: HttpExchange) => void) {
    super({
      apiKey: connection.apiKey,
      baseURL: connection.baseUrl,
      logLevel: 'off',
      openTelemetry: false,
      maxRetries: CONNECTION_RETRIES,
      middleware: [handOverFaults, logExchanges(log)],
    });
    this.files = new Files(this);
    this.messages = new Messages(this);
  }
}

/** A client for a connection; the only way to one, since it keeps the environment out of it. */
export function createClient(
  connection: Connection,
  log: (exchange: HttpExchange) => void,
): ClaudeClient {
  const inherited = process.env[CUSTOM_HEADERS];
  delete process.env[CUSTOM_HEADERS];
  try {
    return new ClaudeClient(connection, log);
  } finally {
    if (inherited !== undefined) {
      process.env[CUSTOM_HEADERS] = inherited;
    }
  }
}

function logExchanges(log: (exchange: HttpExchange) => void): Middleware {
  return async (request, next) => {
    const start = performance.now();
    const exchange = (response?: Response): HttpExchange => {
      const requestId = response?.headers.get('request-id');
      return {
        method: request.method ?? 'GET',
        path: new URL(request.url).pathname,
        requestBytes: bodyBytes(request.body),
        ...(response && { status: response.status }),
        ...(requestId && { requestId }),
        milliseconds: Math.round(performance.now() - start),
      };
    };
    try {
      const response = await next(request);
      log(exchange(response));
      return response;
    } catch (error) {
      log(exchange());
      throw error;
    }
  };
}

/** Makes the SDK hand over every error answer at once: waiting in silence is not its business. */
const handOverFaults: Middleware = async (request, next) => {
  const response = await next(request);
  if (response.ok) {
    return response;
  }
  const headers = new Headers(response.headers);
  headers.set('x-should-retry', 'false');
  return new Response(response.body, { status: response.status, headers });
};

function bodyBytes(body: unknown): number {
  if (body instanceof FormData) {
    return Array.from(body.values(), (value) =>
      typeof value === 'string' ? Buffer.byteLength(value) : value.size,
    ).reduce((sum, size) => sum + size, 0);
  }
  return typeof body === 'string' ? Buffer.byteLength(body) : 0;
}
