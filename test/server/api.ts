import type { IncomingMessage, ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { honestAnswer } from './answer.ts';
import type { Bill, BillEntry } from './bill.ts';
import { beginExchange, type Exchange } from './exchange.ts';
import { sendError } from './errorStep.ts';
import { ApiFailure, errorBody, invalid, statusOfType } from './failure.ts';
import { fileRoutes, readUpload, serveFiles } from './fileRoutes.ts';
import type { FileStore } from './files.ts';
import type { Upload } from './multipart.ts';
import { parseJson, readBody, sendJson } from './http.ts';
import { ImageDecoder } from './images.ts';
import { inspectImages, type ReceivedImage } from './inspectImages.ts';
import { modelInfo, modelOf, modelsPage } from './models.ts';
import {
  firstOutputTokens,
  isRefused,
  playOf,
  wholeMessage,
  type MessageHead,
  type Pace,
  type Play,
} from './play.ts';
import type { PromptCache, Prompt } from './promptCache.ts';
import type { RequestLog } from './received.ts';
import type { MessageRequest } from './request.ts';
import type { Script } from './script.ts';
import { orGone, streamPlay } from './stream.ts';
import { inputTokens, promptOf } from './usage.ts';
import { parseCountRequest, parseMessageRequest } from './validate.ts';
import type { Web } from './web.ts';

export interface ApiOptions {
  readonly apiKey: string;
  readonly pace: Pace;
  readonly log: (line: string) => void;
  readonly script: Script;
  readonly requests: RequestLog;
  readonly web: Web;
  readonly cache: PromptCache;
  readonly bill: Bill;
  readonly files: FileStore;
}

type Handler = (
  exchange: Exchange,
  body: unknown,
  upload: Upload | undefined,
) => Promise<void> | void;

interface Route {
  readonly path: RegExp;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Whether a form with a file is sent, and no JSON. */
  readonly isUpload?: boolean;
  readonly handle: Handler;
}

// The SDK of today, and what gateways still ask for.
const currentVersion = '2026-10-21';
const gatewayVersion = '2023-06-01';

/** The endpoints under `/v1`. */
export class Api {
  readonly #options: ApiOptions;
  readonly #decoder = new ImageDecoder();
  readonly #routes: readonly Route[];
  #count = 0;

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#routes = [
      {
        path: /^\/v1\/messages$/u,
        method: 'POST',
        handle: (exchange, body) => this.#createMessage(exchange, body),
      },
      {
        path: /^\/v1\/messages\/count_tokens$/u,
        method: 'POST',
        handle: (exchange, body) => this.#countTokens(exchange, body),
      },
      {
        path: /^\/v1\/models$/u,
        method: 'GET',
        handle: ({ response, url }) => sendJson(response, 200, modelsPage(url.searchParams)),
      },
      {
        path: /^\/v1\/models\/[^/]+$/u,
        method: 'GET',
        handle: ({ response, url }) => {
          const id = url.pathname.slice('/v1/models/'.length);
          sendJson(response, 200, modelInfo(modelOf(id)));
        },
      },
      ...fileRoutes.map(({ path, method, operation }): Route => ({
        path,
        method,
        isUpload: operation === 'upload',
        handle: async (exchange, _, upload) => {
          // Before a step may hold it.
          options.requests.read(exchange.received);
          await serveFiles(exchange, operation, options.files, upload);
        },
      })),
    ];
  }

  /** Answers one request; never rejects. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { apiKey, log, requests } = this.#options;
    this.#count += 1;
    const id = `req_practice_${String(this.#count).padStart(4, '0')}`;
    const exchange = beginExchange(request, response, id, apiKey);
    const { received } = exchange;
    try {
      requests.arrived(received);
      await this.#dispatch(exchange);
    } catch (error) {
      this.#fail(exchange, error);
    }
    await received.ended;
    const took = Math.round(performance.now() - received.receivedAt);
    const end = received.aborted ? 'aborted by the client' : String(received.status ?? 'cut');
    log(`${id} ${received.method} ${received.path} ${end} ${took} ms`);
  }

  async #dispatch(exchange: Exchange): Promise<void> {
    const { request, received, url } = exchange;
    try {
      const routes = this.#routes.filter(({ path }) => path.test(url.pathname));
      const route = routes.find(({ method }) => method === received.method);
      if (route?.isUpload) {
        const upload = await settled(readUpload(exchange));
        checkHeaders(exchange);
        if ('error' in upload) throw upload.error;
        await route.handle(exchange, received.body, upload.value);
        return;
      }
      const bytes = await readBody(request);
      received.bytes = bytes;
      if (routes.length === 0) throw new ApiFailure(404, 'not_found_error', 'Not found');
      if (route === undefined) throw methodNotAllowed(exchange, routes);
      // Parsed before the credential is looked at, so that a test sees what a refused request held.
      const parsed = route.method === 'POST' ? attempt(() => parseJson(request, bytes)) : {};
      if ('value' in parsed) received.body = parsed.value;
      checkHeaders(exchange);
      if ('error' in parsed) throw parsed.error;
      await route.handle(exchange, received.body, undefined);
    } finally {
      this.#options.requests.read(received);
    }
  }

  async #createMessage(exchange: Exchange, body: unknown): Promise<void> {
    const { script, pace, requests, cache, bill } = this.#options;
    const { received, response, gone } = exchange;
    const request = parseMessageRequest(body);
    const { images, prompt, tokens } = await this.#measure(exchange, request);
    requests.read(received);
    const honest = (): string => honestAnswer(request, images, tokens);
    const outcome = playOf(script.take(received), request, honest, pace);
    if (isRefused(outcome)) {
      if (outcome.kind === 'error') sendError(exchange, outcome);
      else exchange.cut();
      return;
    }
    await orGone(outcome.firstByte?.opened, gone);
    const look = cache.look(prompt);
    const head = {
      messageId: `msg_${received.id.slice('req_'.length)}`,
      model: request.modelId,
      input: look.usage,
    };
    const begins = (): BillEntry => {
      look.commit();
      return bill.begins(request.model.id, look.usage, firstOutputTokens);
    };
    if (!request.stream) {
      await sendWhole(exchange, head, outcome, begins);
      return;
    }
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
    });
    if ((await streamPlay(response, head, outcome, begins(), gone)) === 'cut') exchange.cut();
  }

  async #countTokens(exchange: Exchange, body: unknown): Promise<void> {
    const { tokens } = await this.#measure(exchange, parseCountRequest(body));
    this.#options.requests.read(exchange.received);
    sendJson(exchange.response, 200, { input_tokens: tokens });
  }

  async #measure(
    exchange: Exchange,
    request: MessageRequest,
  ): Promise<{
    readonly images: readonly ReceivedImage[];
    readonly prompt: Prompt;
    readonly tokens: number;
  }> {
    const images = await inspectImages(request, this.#decoder, this.#options);
    exchange.received.images = images;
    const prompt = promptOf(request, images);
    const tokens = inputTokens(prompt);
    const { contextTokens } = request.model;
    if (tokens > contextTokens) {
      throw invalid(`prompt is too long: ${tokens} tokens > ${contextTokens} maximum`);
    }
    return { images, prompt, tokens };
  }

  #fail(exchange: Exchange, error: unknown): void {
    const { response, received, gone } = exchange;
    if (gone.aborted) return;
    if (error instanceof ApiFailure && !response.headersSent) {
      sendJson(response, error.status, errorBody(error, received.id));
      return;
    }
    this.#options.log(`${received.id} failed: ${inspect(error)}`);
    if (response.headersSent) {
      exchange.cut();
      return;
    }
    const failure = { type: 'api_error', message: 'Internal server error' };
    sendJson(response, 500, errorBody(failure, received.id));
  }
}

function methodNotAllowed(exchange: Exchange, routes: readonly Route[]): ApiFailure {
  exchange.response.setHeader('allow', routes.map(({ method }) => method).join(', '));
  return new ApiFailure(405, 'invalid_request_error', 'Method Not Allowed');
}

function checkHeaders({ request, received }: Exchange): void {
  const version = request.headers['anthropic-version'];
  const isBearer = request.headers.authorization !== undefined;
  if (received.credential === 'none') {
    throw new ApiFailure(401, 'authentication_error', 'Authorization header is required');
  }
  if (received.credential === 'wrong') {
    const wording = isBearer ? 'Invalid bearer token' : 'invalid x-api-key';
    throw new ApiFailure(401, 'authentication_error', wording);
  }
  if (version === undefined) throw invalid('anthropic-version: header is required');
  if (version !== currentVersion && version !== gatewayVersion) {
    throw invalid(`anthropic-version: ${JSON.stringify(version)} is not a valid version`);
  }
  if (!isBearer && version !== gatewayVersion) {
    throw new ApiFailure(401, 'authentication_error', 'Authorization header is required');
  }
}

async function settled<T>(
  work: Promise<T>,
): Promise<{ readonly value: T } | { readonly error: unknown }> {
  try {
    return { value: await work };
  } catch (error) {
    return { error };
  }
}

function attempt<T>(run: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: run() };
  } catch (error) {
    return { error };
  }
}

/** The answer to a request without a stream: an interruption meets the message as a whole. */
async function sendWhole(
  exchange: Exchange,
  head: MessageHead,
  play: Play,
  begins: () => BillEntry,
): Promise<void> {
  const { response, received, gone } = exchange;
  const { interruption } = play;
  switch (interruption?.kind) {
    case 'cut':
      exchange.cut();
      return;
    case 'error':
      sendJson(response, statusOfType(interruption.type), errorBody(interruption, received.id));
      return;
    case 'hold':
      await orGone(interruption.gate?.opened, gone);
      break;
    case undefined:
      break;
  }
  begins().ends(play.outputTokens);
  sendJson(response, 200, wholeMessage(head, play));
}
