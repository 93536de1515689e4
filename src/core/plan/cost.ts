import type { Usage } from '../conversation/conversation.ts';
import type { Size } from '../formats/imageHeader.ts';
import { modelOf } from './models.ts';
import type { Prices } from './models.ts';
import { imageTokens } from './visualTokens.ts';

const PER_MILLION = 1e-6;

/**
 * Dollars for so many uncached input tokens; `undefined` when the model's price is not known. Where
 * the price depends on the size of the prompt, `promptTokens` is that of the whole prompt.
 */
export function inputCost(
  tokens: number,
  modelId: string,
  promptTokens: number = tokens,
): number | undefined {
  const prices = pricesFor(modelId, promptTokens);
  return prices && tokens * prices.input * PER_MILLION;
}

/**
 * Dollars for one image, uncached: of a size in pixels, which is shrunk to the model's tier first, or
 * of so many visual tokens. `undefined` when the model's price is not known.
 */
export function imageCost(image: Size | number, modelId: string): number | undefined {
  const tokens = typeof image === 'number' ? image : imageTokens(image, modelOf(modelId));
  return inputCost(tokens, modelId);
}

/**
 * Dollars for one answer as billed; `undefined` when the model's price is not known. Cache writes
 * are taken as the five-minute kind.
 */
export function answerCost(usage: Usage, modelId: string): number | undefined {
  const promptTokens = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const prices = pricesFor(modelId, promptTokens);
  return (
    prices &&
    PER_MILLION *
      (usage.inputTokens * prices.input +
        usage.outputTokens * prices.output +
        usage.cacheReadTokens * prices.cacheRead +
        usage.cacheWriteTokens * prices.cacheWrite5m)
  );
}

/**
 * Dollars that the prompt cache saved on one answer, against the same tokens uncached; negative where
 * it was written more than read. `undefined` when the model's price is not known.
 */
export function cacheSaving(usage: Usage, modelId: string): number | undefined {
  const { cacheReadTokens, cacheWriteTokens } = usage;
  const inputTokens = usage.inputTokens + cacheReadTokens + cacheWriteTokens;
  const uncached = { ...usage, inputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const dollars = answerCost(uncached, modelId);
  const billed = answerCost(usage, modelId);
  return dollars === undefined || billed === undefined ? undefined : dollars - billed;
}

const SMALLEST_DOLLARS = 0.0001;

/** US dollars with four digits after the point: fractions of a cent tell images apart. */
export function formatDollars(dollars: number): string {
  return dollars > 0 && dollars < SMALLEST_DOLLARS
    ? `<$${SMALLEST_DOLLARS}`
    : `$${dollars.toFixed(4)}`;
}

function pricesFor(modelId: string, promptTokens: number): Prices | undefined {
  return modelOf(modelId).prices?.find(
    ({ upToPromptTokens }) => upToPromptTokens === undefined || promptTokens <= upToPromptTokens,
  );
}
