import { APIUserAbortError, NotFoundError } from '@anthropic-ai/sdk/core/error';
import type { MessageStreamParams } from '@anthropic-ai/sdk/resources/messages/messages';
import type { AnswerCutoff, RequestFailure, RequestImage } from '../core/failure.ts';
import { failed, success, type Result } from '../core/result.ts';
import type { Usage } from '../core/conversation/conversation.ts';
import { createClient, type ClaudeClient, type Connection, type HttpExchange } from './client.ts';
import { requestFailure } from './failures.ts';
import { ClaudeFiles } from './files.ts';
import { filesByPath } from './goneFiles.ts';

export type { Connection, HttpExchange } from './client.ts';

const KEY_CHECK_TIMEOUT_MS = 15_000;

/** How an answer came to its end. What had been streamed until then was handed to `onText`. */
export interface AnswerOutcome {
  readonly end:
    | { readonly kind: 'complete' }
    | { readonly kind: 'stopped' }
    | { readonly kind: 'cutOff'; readonly cutoff: AnswerCutoff }
    | { readonly kind: 'failed'; readonly failure: RequestFailure };
  /** As far as it was billed: an answer that broke off carries what was counted until then. */
  readonly usage?: Usage;
  /** Some text had come, so that asking again would append to it. */
  readonly anyText?: true;
  /** Absent when no response came. */
  readonly requestId?: string;
}

export interface AnswerOptions {
  readonly signal: AbortSignal;
  /** Called with each piece of text as it arrives. */
  readonly onText: (delta: string) => void;
  /** Called once the API has told what it bills for the prompt, before any text. */
  readonly onUsage?: (usage: Usage) => void;
  /** The images by their path in the request, to name an offender. */
  readonly images: ReadonlyMap<string, RequestImage>;
}

/** The Messages API, by the SDK, with every fault as a typed failure. Nothing here throws. */
export class ClaudeApi {
  readonly #client: ClaudeClient;
  readonly #baseUrl: string;

  /** The files that the server keeps for the key. */
  readonly files: ClaudeFiles;

  constructor(connection: Connection, log: (exchange: HttpExchange) => void) {
    this.#client = createClient(connection, log);
    this.#baseUrl = connection.baseUrl;
    this.files = new ClaudeFiles(this.#client, connection.baseUrl);
  }

  /**
   * Sends a conversation and streams the answer. Settles when the answer is whole, was cut off,
   * was stopped by the signal, or failed.
   */
  async streamAnswer(
    request: MessageStreamParams,
    { signal, onText, onUsage, images }: AnswerOptions,
  ): Promise<AnswerOutcome> {
    const stream = this.#client.messages.stream(request, { signal });
    let connected = false;
    let anyText = false as boolean;
    stream.on('connect', () => {
      connected = true;
    });
    stream.on('streamEvent', (event) => {
      if (event.type === 'message_start') {
        onUsage?.(usageOf(event.message.usage));
      }
    });
    stream.on('text', (delta) => {
      anyText ||= delta.length > 0;
      onText(delta);
    });
    const end = await stream.finalMessage().then(
      (message): AnswerOutcome['end'] => {
        const cutoff = cutoffOf(message, anyText, request.max_tokens);
        return cutoff ? { kind: 'cutOff', cutoff } : { kind: 'complete' };
      },
      (error: unknown): AnswerOutcome['end'] => {
        if (error instanceof APIUserAbortError || signal.aborted) {
          return { kind: 'stopped' };
        }
        const files = filesByPath(request);
        const context = { baseUrl: this.#baseUrl, model: request.model, connected, images, files };
        return { kind: 'failed', failure: requestFailure(error, context) };
      },
    );
    const message = stream.currentMessage ?? stream.receivedMessages.at(-1);
    return {
      end,
      ...(message && { usage: usageOf(message.usage) }),
      ...(anyText && { anyText: true as const }),
      ...(stream.request_id && { requestId: stream.request_id }),
    };
  }

  /**
   * Asks the server for one model, to find out whether the key is accepted. A server without a
   * list of models passes: a key cannot be checked there without paying.
   */
  async checkKey(signal: AbortSignal): Promise<Result<void, RequestFailure>> {
    try {
      const answer = await this.#client.get<unknown>('/v1/models', {
        query: { limit: 1 },
        signal,
        maxRetries: 0,
        timeout: KEY_CHECK_TIMEOUT_MS,
      });
      // A log-in page in front of the network answers everything with 200.
      const isList = typeof answer === 'object' && answer !== null && 'data' in answer;
      return isList ? success(undefined) : failed({ kind: 'endpointNotFound' });
    } catch (error) {
      if (error instanceof NotFoundError) {
        return success(undefined);
      }
      const context = { model: '', connected: false, images: new Map<string, RequestImage>() };
      return failed(requestFailure(error, { ...context, baseUrl: this.#baseUrl }));
    }
  }
}

type FinalMessage = Awaited<
  ReturnType<ReturnType<ClaudeClient['messages']['stream']>['finalMessage']>
>;

function cutoffOf(
  message: FinalMessage,
  anyText: boolean,
  maxTokens: number,
): AnswerCutoff | undefined {
  switch (message.stop_reason) {
    case 'max_tokens':
      return { kind: 'maxTokens', limit: maxTokens, anyText };
    case 'model_context_window_exceeded':
      return { kind: 'contextWindowExceeded' };
    case 'refusal':
      return {
        kind: 'refused',
        ...(message.stop_details?.category && { category: message.stop_details.category }),
        ...(message.stop_details?.explanation && { explanation: message.stop_details.explanation }),
      };
    default:
      return anyText ? undefined : { kind: 'emptyAnswer' };
  }
}

function usageOf(usage: FinalMessage['usage']): Usage {
  return {
    inputTokens: usage.input_tokens,
    outputTokens: usage.output_tokens,
    cacheReadTokens: usage.cache_read_input_tokens ?? 0,
    cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
  };
}
