import { HIGH_RESOLUTION_TIER, MODELS, type Model, type Prices } from '../../core/plan/models.ts';
import { formatCount, type Locale } from './locale.ts';

/** The models to choose from: those of the table that the API still serves. */
export const OFFERED_MODELS: readonly Model[] = MODELS.filter(
  ({ tokenRule }) => tokenRule !== 'area',
);

/** What choosing a model means: its price per million tokens, its eyes and its memory. */
export function modelDetail(model: Model, locale: Locale): string {
  const { tier, contextWindow, prices } = model;
  const { l10n } = locale;
  return [
    ...(prices ?? []).map((each, step) => priceLabel(each, step, locale)),
    tier.longEdge >= HIGH_RESOLUTION_TIER.longEdge
      ? l10n.t('high resolution, up to {0} px', tier.longEdge)
      : l10n.t('standard resolution, up to {0} px', tier.longEdge),
    ...(contextWindow === undefined
      ? []
      : [l10n.t('{0} tokens of context', formatCount(contextWindow, locale))]),
  ].join(' · ');
}

/** Some models ask more for a long prompt: each such step after the first is for longer ones. */
function priceLabel(
  { input, output, upToPromptTokens }: Prices,
  step: number,
  locale: Locale,
): string {
  const { l10n } = locale;
  const [dollarsIn, dollarsOut] = [formatPrice(input, locale), formatPrice(output, locale)];
  if (step > 0) {
    return l10n.t('{0} in, {1} out for longer prompts', dollarsIn, dollarsOut);
  }
  return upToPromptTokens === undefined
    ? l10n.t('{0} in, {1} out per million tokens', dollarsIn, dollarsOut)
    : l10n.t(
        '{0} in, {1} out per million tokens for prompts of up to {2} tokens',
        dollarsIn,
        dollarsOut,
        formatCount(upToPromptTokens, locale),
      );
}

function formatPrice(dollars: number, { language }: Locale): string {
  return `$${new Intl.NumberFormat(language, {
    minimumFractionDigits: Number.isInteger(dollars) ? 0 : 2,
  }).format(dollars)}`;
}
