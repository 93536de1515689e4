import type { InputUsage } from './promptCache.ts';

// The pricing page as of 2026-11-20, written without a look at src/core: tests compare the two.

/** Dollars per million tokens: input, output, cache write of 5 minutes and of an hour, cache read. */
type Prices = readonly [
  input: number,
  output: number,
  write5m: number,
  write1h: number | null,
  read: number,
];

const opusTo5: Prices = [5, 25, 6.25, 10, 0.5];
const sonnet4: Prices = [3, 15, 3.75, 6, 0.3];

const pricesByModel: Readonly<Record<string, Prices>> = {
  'claude-fable-5-2': [8, 40, 10, null, 0.2],
  'claude-fable-5-1': [10, 50, 12.5, 20, 0.25],
  'claude-fable-5': [10, 50, 12.5, 20, 1],
  'claude-opus-5-5': [4, 20, 5, 8, 0.2],
  'claude-opus-5': opusTo5,
  'claude-opus-4-8': opusTo5,
  'claude-opus-4-7': opusTo5,
  'claude-opus-4-6': opusTo5,
  'claude-opus-4-5': opusTo5,
  'claude-sonnet-5-5': [2, 10, 2.5, 4, 0.1],
  'claude-sonnet-5': [2, 10, 2.5, 4, 0.2],
  'claude-sonnet-4-6': sonnet4,
  'claude-sonnet-4-5': sonnet4,
  'claude-haiku-5-5': [0.1, 0.5, 0.125, 0.2, 0.01],
  'claude-haiku-4-5': [1, 5, 1.25, 2, 0.1],
};

/** Haiku 5.5 with a prompt of more than so many tokens. */
const longPrompt = 100_000;
const haikuWithLongPrompt: Prices = [0.5, 2.5, 0.625, 1, 0.05];

/** Dollars for one answer; `undefined` where the model, by its own id, has no published price. */
export function dollarsOf(
  modelId: string,
  input: InputUsage,
  outputTokens: number,
): number | undefined {
  const prompt = input.fresh + input.read + input.written5m + input.written1h;
  const isLong = modelId === 'claude-haiku-5-5' && prompt > longPrompt;
  const prices = isLong ? haikuWithLongPrompt : pricesByModel[modelId];
  if (prices === undefined) return undefined;
  const [perInput, perOutput, perWrite5m, perWrite1h, perRead] = prices;
  if (input.written1h > 0 && perWrite1h === null) return undefined;
  const millionths =
    input.fresh * perInput +
    outputTokens * perOutput +
    input.written5m * perWrite5m +
    input.written1h * (perWrite1h ?? 0) +
    input.read * perRead;
  return millionths / 1_000_000;
}
