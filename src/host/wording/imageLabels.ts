import * as vscode from 'vscode';
import type { AttachedImage, ImageLabels } from '../../core/conversation/conversation.ts';
import { imageTokenSum } from '../../core/conversation/pictures.ts';
import { formatDollars, inputCost } from '../../core/plan/cost.ts';
import { noteLabels } from './imageWording.ts';
import { formatCount, type Locale } from './locale.ts';

/** The language of VS Code. */
export const LOCALE: Locale = { l10n: vscode.l10n, language: vscode.env.language };

/**
 * The texts of an image's chip: size, tokens and cost, with those of its tiles, and what was done to
 * it. None for one that is not prepared.
 */
export function imageLabels(
  { prepared, tiles = [] }: Pick<AttachedImage, 'prepared' | 'tiles'>,
  model: string,
): ImageLabels {
  if (!prepared) {
    return { details: '', notes: [] };
  }
  const sum = imageTokenSum({ prepared, tiles });
  const dollars = inputCost(sum, model);
  const whole = `${prepared.width}x${prepared.height}`;
  const size =
    tiles.length === 0
      ? whole
      : vscode.l10n.t('{0} and {1} parts', whole, formatCount(tiles.length, LOCALE));
  const tokens =
    sum === 1 ? vscode.l10n.t('1 token') : vscode.l10n.t('{0} tokens', formatCount(sum, LOCALE));
  return {
    details: [size, tokens, ...(dollars === undefined ? [] : [formatDollars(dollars)])].join(' · '),
    notes: prepared.notes
      .filter(({ kind }) => kind !== 'tilesWouldHelp' || tiles.length === 0)
      .flatMap((note) => noteLabels(note, LOCALE)),
  };
}
