import * as vscode from 'vscode';
import type { ImageLabels, Usage } from '../../core/conversation/conversation.ts';
import { answerCost, formatDollars, inputCost } from '../../core/plan/cost.ts';
import type { PreparedImage } from '../../core/plan/preparedImage.ts';
import { noteLabels } from './imageWording.ts';
import { formatCount, type Locale } from './locale.ts';

/** The language of VS Code. */
export const LOCALE: Locale = { l10n: vscode.l10n, language: vscode.env.language };

/** The texts of a prepared image's chip: size, tokens, cost, and what was done to it. */
export function imageLabels(image: PreparedImage, model: string): ImageLabels {
  const dollars = inputCost(image.tokens, model);
  const size = `${image.width}x${image.height}`;
  const tokens =
    image.tokens === 1
      ? vscode.l10n.t('1 token')
      : vscode.l10n.t('{0} tokens', formatCount(image.tokens, LOCALE));
  return {
    details: [size, tokens, ...(dollars === undefined ? [] : [formatDollars(dollars)])].join(' · '),
    notes: image.notes.flatMap((note) => noteLabels(note, LOCALE)),
  };
}

/** Such as `1,610 tokens in · 312 out · $0.0063`; without dollars for a model of unknown price. */
export function usageLabel(usage: Usage, model: string): string {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = usage;
  const dollars = answerCost(usage, model);
  return [
    vscode.l10n.t(
      '{0} tokens in',
      formatCount(inputTokens + cacheReadTokens + cacheWriteTokens, LOCALE),
    ),
    vscode.l10n.t('{0} out', formatCount(outputTokens, LOCALE)),
    ...(dollars === undefined ? [] : [formatDollars(dollars)]),
  ].join(' · ');
}
