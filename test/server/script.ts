import type { RefusalStopDetails } from '@anthropic-ai/sdk/resources/messages';
import type { ReceivedRequest } from './received.ts';

/** How the text of an answer is put on the wire; what is absent comes from the server's pace. */
export interface Delivery {
  /** Absent: the honest answer. */
  readonly text?: string;
  /** Characters in one delta. */
  readonly chunkChars?: number;
  /** Milliseconds between two deltas; 0 sends the next one as soon as the loop is free. */
  readonly delayMs?: number;
  /** Whether a thinking block comes first; absent: as the model would. */
  readonly thinking?: boolean;
}

/** What the next valid `POST /v1/messages` gets instead of the honest answer. */
export type Step = ScriptedStep & {
  /** For how many requests the step stands, retries included; 1 if absent. */
  readonly times?: number;
};

export type ScriptedStep =
  | ({ readonly kind: 'answer' } & Delivery)
  /** The stream stops after that many text deltas until `release()`. */
  | ({ readonly kind: 'hold'; readonly afterDeltas: number } & Delivery)
  /** Not a byte is sent, not even headers, until `release()`. */
  | ({ readonly kind: 'holdFirstByte' } & Delivery)
  | ErrorStep
  /** An `error` event in the open stream; an HTTP error where no stream was asked for. */
  | ({
      readonly kind: 'errorEvent';
      readonly afterDeltas: number;
      readonly type: string;
      readonly message: string;
    } & Delivery)
  | CutStep
  | ({
      readonly kind: 'refusal';
      readonly category: RefusalStopDetails['category'];
      readonly explanation: string | null;
      /** Text deltas before the refusal; 0 if absent. */
      readonly afterDeltas?: number;
    } & Delivery)
  /** Without a text: thinking used the budget. */
  | ({ readonly kind: 'maxTokens' } & Delivery)
  | ({ readonly kind: 'contextWindowExceeded' } & Delivery)
  /** `end_turn` without any content. */
  | { readonly kind: 'empty' };

export interface CutStep extends Delivery {
  readonly kind: 'cut';
  /** Absent: before any header. */
  readonly afterDeltas?: number;
  /** Whether the body ends properly, as a proxy would close it, instead of the connection breaking. */
  readonly clean?: boolean;
}

export interface ErrorStep {
  readonly kind: 'error';
  readonly status: number;
  /** Absent: the type that the API gives to the status. */
  readonly type?: string;
  readonly message?: string;
  /** Goes into `details.error_code`. */
  readonly errorCode?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** Seconds, as `retry-after` says them. */
  readonly retryAfter?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as `text/html` instead of the API's body, as a proxy in front of it would. */
  readonly html?: string;
}

/** A place where an answer waits until the test lets it go on. */
export interface Gate {
  readonly opened: Promise<void>;
}

/** One request's share of the script. */
export interface Turn {
  readonly step: ScriptedStep;
  /** Only steps that hold have one. */
  readonly gate: Gate | undefined;
}

/** The steps still to be taken, and the gates of those that hold. */
export class Script {
  /** Asked before the queue what a request gets for what it holds. */
  rule: ((request: ReceivedRequest) => ScriptedStep | undefined) | undefined;
  #queue: Turn[] = [];
  #closed: (() => void)[] = [];

  add(steps: readonly Step[]): void {
    for (const { times = 1, ...step } of steps) {
      for (let count = 0; count < times; count += 1) {
        const holds = step.kind === 'hold' || step.kind === 'holdFirstByte';
        this.#queue.push({ step, gate: holds ? this.#newGate() : undefined });
      }
    }
  }

  take(request: ReceivedRequest): Turn {
    const step = this.rule?.(request);
    if (step) return { step, gate: undefined };
    return this.#queue.shift() ?? { step: { kind: 'answer' }, gate: undefined };
  }

  /** Opens the oldest gate still closed, reached by its answer or not; false when there is none. */
  release(): boolean {
    const open = this.#closed.shift();
    open?.();
    return open !== undefined;
  }

  /** Forgets what is queued and lets go whatever is held. */
  clear(): void {
    this.#queue = [];
    this.rule = undefined;
    for (const open of this.#closed) open();
    this.#closed = [];
  }

  #newGate(): Gate {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#closed.push(resolve);
    return { opened: promise };
  }
}
