import { dollarsOf } from './prices.ts';
import type { InputUsage } from './promptCache.ts';

/** What the server has answered since it was started or reset, in tokens and dollars. */
export interface BillTotal {
  /** Answers that were begun. */
  readonly answers: number;
  readonly inputTokens: number;
  readonly cacheWriteTokens: number;
  readonly cacheReadTokens: number;
  readonly outputTokens: number;
  /** `undefined` when an answer came from a model without a published price. */
  readonly dollars: number | undefined;
}

/** One answer on the bill. */
export interface BillEntry {
  /** Says how many tokens were put out in the end. */
  ends(outputTokens: number): void;
}

interface Item {
  readonly modelId: string;
  readonly input: InputUsage;
  outputTokens: number;
}

/**
 * The bill of the server: for each answer the usage that the client was told of. One that breaks off
 * stays at the output of its beginning, since the rest was never told.
 */
export class Bill {
  #items: Item[] = [];

  /** An answer begins, with as many tokens put out as its first event says. */
  begins(modelId: string, input: InputUsage, outputTokens: number): BillEntry {
    const item: Item = { modelId, input, outputTokens };
    this.#items.push(item);
    return {
      ends: (tokens) => {
        item.outputTokens = tokens;
      },
    };
  }

  clear(): void {
    this.#items = [];
  }

  total(): BillTotal {
    const sum = (of: (item: Item) => number): number =>
      this.#items.reduce((total, item) => total + of(item), 0);
    const dollars = this.#items.map((item) =>
      dollarsOf(item.modelId, item.input, item.outputTokens),
    );
    return {
      answers: this.#items.length,
      inputTokens: sum(({ input }) => input.fresh),
      cacheWriteTokens: sum(({ input }) => input.written5m + input.written1h),
      cacheReadTokens: sum(({ input }) => input.read),
      outputTokens: sum(({ outputTokens }) => outputTokens),
      dollars: dollars.reduce<number | undefined>(
        (total, each) => (total === undefined || each === undefined ? undefined : total + each),
        0,
      ),
    };
  }
}
