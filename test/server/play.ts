import type { Message, RefusalStopDetails, StopReason } from '@anthropic-ai/sdk/resources/messages';
import type { InputUsage } from './promptCache.ts';
import type { MessageRequest } from './request.ts';
import type { CutStep, Delivery, ErrorStep, Gate, ScriptedStep, Turn } from './script.ts';
import { signatureOf } from './signature.ts';
import { textTokens } from './usage.ts';

/** How fast an answer goes out where the script does not say. */
export interface Pace {
  readonly chunkChars: number;
  readonly delayMs: number;
}

/** One answer, decided to the last delta before its first byte is sent. */
export interface Play {
  readonly thinking: boolean;
  readonly showsThinking: boolean;
  /** The text deltas; none: the answer has no text block. */
  readonly deltas: readonly string[];
  readonly delayMs: number;
  readonly stopReason: StopReason;
  readonly stopDetails: RefusalStopDetails | null;
  readonly outputTokens: number;
  /** Waits before anything is sent. */
  readonly firstByte: Gate | undefined;
  readonly interruption: Interruption | undefined;
}

export type Interruption = { readonly afterDeltas: number } & (
  | { readonly kind: 'hold'; readonly gate: Gate | undefined }
  | { readonly kind: 'error'; readonly type: string; readonly message: string }
  | { readonly kind: 'cut'; readonly clean: boolean }
);

/** Steps that leave no answer to send: an HTTP error, or a cut before the headers. */
export type Refused = ErrorStep | (CutStep & { readonly afterDeltas?: undefined });

/** Thinking tokens of every answer that thinks. */
const thinkingTokens = 16;

/** Text of a thinking block where the request asks to see it. */
export const thinkingSummary = 'Measuring what arrived.';

/** What becomes of a request: the play of its answer, or the step that refuses one. */
export function playOf(
  turn: Turn,
  request: MessageRequest,
  honest: () => string,
  pace: Pace,
): Play | Refused {
  const { step, gate } = turn;
  if (step.kind === 'error') return step;
  if (step.kind === 'cut') {
    const { afterDeltas, ...rest } = step;
    if (afterDeltas === undefined) return rest;
  }
  const delivery: Delivery = step.kind === 'empty' ? { text: '', thinking: false } : step;
  const isWithoutText = step.kind === 'maxTokens' && step.text === undefined;
  const thinking = delivery.thinking ?? (isWithoutText || request.thinks);
  const wanted = isWithoutText ? '' : (delivery.text ?? honest());
  const natural = naturalStop(step);
  const budget = (request.maxTokens ?? Infinity) - (thinking ? thinkingTokens : 0);
  const exceeds = natural.reason === 'end_turn' && textTokens(wanted) > budget;
  const text = exceeds ? firstTokens(wanted, budget) : wanted;
  const deltas = inChunks(text, delivery.chunkChars ?? pace.chunkChars).slice(0, natural.deltas);
  const stopReason = exceeds ? 'max_tokens' : natural.reason;
  const spent = textTokens(deltas.join('')) + (thinking ? thinkingTokens : 0);
  return {
    thinking,
    showsThinking: request.showsThinking,
    deltas,
    delayMs: delivery.delayMs ?? pace.delayMs,
    stopReason,
    stopDetails: natural.details,
    outputTokens: stopReason === 'max_tokens' ? (request.maxTokens ?? spent) : spent,
    firstByte: step.kind === 'holdFirstByte' ? gate : undefined,
    interruption: interruptionOf(step, gate),
  };
}

export function isRefused(outcome: Play | Refused): outcome is Refused {
  return 'kind' in outcome;
}

interface NaturalStop {
  readonly reason: StopReason;
  readonly details: RefusalStopDetails | null;
  readonly deltas: number;
}

function naturalStop(step: ScriptedStep): NaturalStop {
  switch (step.kind) {
    case 'refusal': {
      const { category, explanation, afterDeltas = 0 } = step;
      const details = { type: 'refusal', category, explanation } as const;
      return { reason: 'refusal', details, deltas: afterDeltas };
    }
    case 'maxTokens':
      return { reason: 'max_tokens', details: null, deltas: Infinity };
    case 'contextWindowExceeded':
      return { reason: 'model_context_window_exceeded', details: null, deltas: Infinity };
    default:
      return { reason: 'end_turn', details: null, deltas: Infinity };
  }
}

function interruptionOf(step: ScriptedStep, gate: Gate | undefined): Interruption | undefined {
  switch (step.kind) {
    case 'hold':
      return { kind: 'hold', afterDeltas: step.afterDeltas, gate };
    case 'errorEvent': {
      const { afterDeltas, type, message } = step;
      return { kind: 'error', afterDeltas, type, message };
    }
    case 'cut':
      return { kind: 'cut', afterDeltas: step.afterDeltas ?? 0, clean: step.clean ?? false };
    default:
      return undefined;
  }
}

/** The text's beginning that costs that many tokens, never with half a character at its end. */
function firstTokens(text: string, tokens: number): string {
  const bytes = Buffer.from(text).subarray(0, Math.max(0, tokens) * 4);
  return new TextDecoder().decode(bytes, { stream: true });
}

/** Pieces of at most that many characters as a reader counts them; none is torn. */
function inChunks(text: string, characters: number): readonly string[] {
  const all = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  const chunks: string[] = [];
  for (let start = 0; start < all.length; start += characters) {
    chunks.push(all.slice(start, start + characters).join(''));
  }
  return chunks;
}

/** What names one answer on the wire. */
export interface MessageHead {
  readonly messageId: string;
  readonly model: string;
  readonly input: InputUsage;
}

/** Output tokens of a message that has just begun. */
export const firstOutputTokens = 3;

/** The message as it begins: no content, no stop reason. */
export function emptyMessage(head: MessageHead): Message {
  return {
    id: head.messageId,
    type: 'message',
    role: 'assistant',
    model: head.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: {
      ...countedInput(head),
      cache_creation: {
        ephemeral_5m_input_tokens: head.input.written5m,
        ephemeral_1h_input_tokens: head.input.written1h,
      },
      inference_geo: null,
      output_tokens: firstOutputTokens,
      output_tokens_details: null,
      server_tool_use: null,
      service_tier: 'standard',
      speed: null,
    },
  };
}

/** The whole message, as a request without a stream gets it. */
export function wholeMessage(head: MessageHead, play: Play): Message {
  const message = emptyMessage(head);
  const text = play.deltas.join('');
  const thinking = play.showsThinking ? thinkingSummary : '';
  return {
    ...message,
    content: [
      ...(play.thinking
        ? [{ type: 'thinking', thinking, signature: signatureOf(head.messageId) } as const]
        : []),
      ...(text === '' ? [] : [{ type: 'text', text, citations: null } as const]),
    ],
    stop_reason: play.stopReason,
    stop_details: play.stopDetails,
    usage: { ...message.usage, ...spentTokens(play) },
  };
}

/** Input usage, as the first and the last event of a stream state it. */
export function countedInput({ input }: MessageHead): {
  readonly input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
} {
  return {
    input_tokens: input.fresh,
    cache_creation_input_tokens: input.written5m + input.written1h,
    cache_read_input_tokens: input.read,
  };
}

/** Output usage, cumulative, as `message_delta` and a whole message state it. */
export function spentTokens(play: Play): {
  readonly output_tokens: number;
  readonly output_tokens_details: { readonly thinking_tokens: number } | null;
} {
  const details = play.thinking
    ? { thinking_tokens: Math.min(thinkingTokens, play.outputTokens) }
    : null;
  return { output_tokens: play.outputTokens, output_tokens_details: details };
}
