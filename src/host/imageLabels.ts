import * as vscode from 'vscode';
import type { ImageLabels, Usage } from '../core/conversation.ts';
import { answerCost, inputCost } from '../core/cost.ts';
import type { PreparationNote, PreparedImage } from '../core/preparedImage.ts';

/** The texts of a prepared image's chip: size, tokens, cost, and what was done to it. */
export function imageLabels(image: PreparedImage, model: string): ImageLabels {
  const dollars = inputCost(image.tokens, model);
  const size = `${image.width}x${image.height}`;
  const tokens = vscode.l10n.t('{0} tokens', formatCount(image.tokens));
  return {
    details: [size, tokens, ...(dollars === undefined ? [] : [formatDollars(dollars)])].join(' · '),
    notes: image.notes.map(noteLabel),
  };
}

/** Such as `1,610 tokens in · 312 out · $0.0063`; without dollars for a model of unknown price. */
export function usageLabel(usage: Usage, model: string): string {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = usage;
  const dollars = answerCost(usage, model);
  return [
    vscode.l10n.t('{0} tokens in', formatCount(inputTokens + cacheReadTokens + cacheWriteTokens)),
    vscode.l10n.t('{0} out', formatCount(outputTokens)),
    ...(dollars === undefined ? [] : [formatDollars(dollars)]),
  ].join(' · ');
}

export function formatCount(count: number): string {
  return new Intl.NumberFormat(vscode.env.language).format(count);
}

/** Megabytes as the API counts them, with one digit after the point. */
export function formatMegabytes(bytes: number): string {
  return new Intl.NumberFormat(vscode.env.language, { maximumFractionDigits: 1 }).format(
    bytes / (1024 * 1024),
  );
}

const SMALLEST_DOLLARS = 0.0001;

function formatDollars(dollars: number): string {
  // Prices are in US dollars everywhere, and fractions of a cent are what tells images apart.
  return dollars > 0 && dollars < SMALLEST_DOLLARS
    ? `<$${SMALLEST_DOLLARS}`
    : `$${dollars.toFixed(4)}`;
}

function noteLabel(note: PreparationNote): string {
  switch (note.kind) {
    case 'resized':
      return vscode.l10n.t('{0} to {1}', note.from.join('x'), note.to.join('x'));
    case 'converted':
      return vscode.l10n.t('{0} to {1}', note.from, note.to);
    case 'turnedUpright':
      return vscode.l10n.t('turned upright');
    case 'metadataRemoved':
      return vscode.l10n.t('metadata removed');
    case 'firstFrameOnly':
      return vscode.l10n.t('first frame only');
    case 'flattenedOnWhite':
      return vscode.l10n.t('transparency on white');
    case 'smallEdge':
      return vscode.l10n.t('under 200 pixels: may be misread');
  }
}
