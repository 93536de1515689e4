import * as vscode from 'vscode';
import type { ImageLabels } from '../../core/conversation/conversation.ts';
import { formatDollars, inputCost } from '../../core/plan/cost.ts';
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
