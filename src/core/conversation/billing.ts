import type { Usage } from './conversation.ts';

/** What was billed for the answers of one model. */
export interface Billed {
  readonly model: string;
  readonly usage: Usage;
  /** At the prices of each answer's day; absent when one of them was not known. */
  readonly dollars?: number;
}

/** The bill with one more answer on it: an entry for each model, in the order of their first answers. */
export function billedWith(bill: readonly Billed[], answer: Billed): readonly Billed[] {
  const index = bill.findIndex(({ model }) => model === answer.model);
  const before = bill[index];
  return before ? bill.with(index, sumOf(before, answer)) : [...bill, answer];
}

/** Dollars of a whole bill; `undefined` when a part of it is not known. */
export function billedDollars(bill: readonly Billed[]): number | undefined {
  return bill.reduce<number | undefined>((sum, { dollars }) => added(sum, dollars), 0);
}

/** All tokens of a bill, in and out. */
export function billedTokens(bill: readonly Billed[]): number {
  return bill.reduce(
    (sum, { usage }) =>
      sum + usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens,
    0,
  );
}

function sumOf(a: Billed, b: Billed): Billed {
  const dollars = added(a.dollars, b.dollars);
  return {
    model: a.model,
    usage: {
      inputTokens: a.usage.inputTokens + b.usage.inputTokens,
      outputTokens: a.usage.outputTokens + b.usage.outputTokens,
      cacheReadTokens: a.usage.cacheReadTokens + b.usage.cacheReadTokens,
      cacheWriteTokens: a.usage.cacheWriteTokens + b.usage.cacheWriteTokens,
    },
    ...(dollars !== undefined && { dollars }),
  };
}

function added(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}
