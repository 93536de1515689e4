import { billedDollars, billedTokens, type Billed } from '../../core/conversation/billing.ts';
import type { Usage } from '../../core/conversation/conversation.ts';
import { answerCost, cacheSaving, formatDollars } from '../../core/plan/cost.ts';
import { formatCount, type Locale } from './locale.ts';

/**
 * Such as `4,930 tokens in, 4,784 of them from the cache · 131 out · $0.0023 ($0.0091 saved)`; without
 * dollars for a model of unknown price.
 */
export function usageLabel(usage: Usage, model: string, locale: Locale): string {
  const { l10n } = locale;
  return [
    tokensIn(usage, locale),
    l10n.t('{0} out', formatCount(usage.outputTokens, locale)),
    ...dollars(usage, model, locale),
  ].join(' · ');
}

/**
 * Such as `Conversation: 24,967 tokens · $0.0241`; empty while it would say no more than the label of
 * the one answer.
 */
export function totalLabel(bill: readonly Billed[], last: Billed, locale: Locale): string {
  const tokens = billedTokens(bill);
  if (tokens === billedTokens([last])) {
    return '';
  }
  const { l10n } = locale;
  const cost = billedDollars(bill);
  const total = l10n.t('Conversation: {0} tokens', formatCount(tokens, locale));
  return [total, ...(cost === undefined ? [] : [formatDollars(cost)])].join(' · ');
}

/** Reads tell more than writes: where there are both, the new part is what was written. */
function tokensIn(usage: Usage, locale: Locale): string {
  const { l10n } = locale;
  const { inputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  const all = formatCount(inputTokens + cacheReadTokens + cacheWriteTokens, locale);
  if (cacheReadTokens > 0) {
    return l10n.t(
      '{0} tokens in, {1} of them from the cache',
      all,
      formatCount(cacheReadTokens, locale),
    );
  }
  return cacheWriteTokens > 0
    ? l10n.t(
        '{0} tokens in, {1} of them into the cache',
        all,
        formatCount(cacheWriteTokens, locale),
      )
    : l10n.t('{0} tokens in', all);
}

function dollars(usage: Usage, model: string, { l10n }: Locale): readonly string[] {
  const cost = answerCost(usage, model);
  const saved = cacheSaving(usage, model);
  if (cost === undefined || saved === undefined) {
    return [];
  }
  if (saved === 0) {
    return [formatDollars(cost)];
  }
  return [
    saved > 0
      ? l10n.t('{0} ({1} saved)', formatDollars(cost), formatDollars(saved))
      : l10n.t('{0} ({1} of it to write the cache)', formatDollars(cost), formatDollars(-saved)),
  ];
}
