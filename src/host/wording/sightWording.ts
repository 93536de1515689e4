import { l10n } from 'vscode';
import type { AttachedImage, OriginalImage } from '../../core/conversation/conversation.ts';
import { imageTokenSum, picturesOf } from '../../core/conversation/pictures.ts';
import type { PlannedChoice } from '../../core/plan/choices.ts';
import { formatDollars, imageCost } from '../../core/plan/cost.ts';
import { SMALL_PRINT, type Legibility } from '../../core/plan/legibility.ts';
import { MEDIA_TYPE_NAMES } from '../../core/plan/preparationNotes.ts';
import type { Detail, DetailChoice } from '../../core/plan/plan.ts';
import { LOCALE } from './imageLabels.ts';
import { noteSentence } from './imageWording.ts';
import { formatCount, formatFileSize } from './locale.ts';

/** The name of the editor. */
export function sightTitle(name: string): string {
  return l10n.t('What Claude Sees: {0}', name);
}

/** Such as `PNG · 1600x7600 · 2.3 MB`. */
export function originalFacts({ format, width, height, byteLength }: OriginalImage): string {
  return [format, `${width}x${height}`, formatFileSize(byteLength, LOCALE)].join(' · ');
}

/** Such as `543x2576 · PNG · 512 kB · 1,840 tokens · $0.0037`; empty for what is not prepared. */
export function sentFacts(image: AttachedImage, model: string): string {
  const { prepared, tiles = [] } = image;
  if (!prepared) {
    return '';
  }
  const bytes = picturesOf(image).reduce((sum, { byteLength }) => sum + byteLength, 0);
  const types = new Set(picturesOf(image).map(({ mediaType }) => MEDIA_TYPE_NAMES[mediaType]));
  return [
    sizeLabel(`${prepared.width}x${prepared.height}`, tiles.length),
    [...types].join(', '),
    formatFileSize(bytes, LOCALE),
    costLabel(imageTokenSum(image), model),
  ].join(' · ');
}

/** What was done to an image, a line for each. */
export function sentNotes({ prepared, tiles = [], original }: AttachedImage): readonly string[] {
  const notes = (prepared?.notes ?? [])
    // What they say is said by the warning, or no longer holds.
    .filter(({ kind }) => kind !== 'tilesWouldHelp')
    .map((note) => noteSentence(note, original?.format ?? '', LOCALE).trim());
  return tiles.length === 0
    ? notes
    : [
        ...notes,
        l10n.t(
          'Beside the whole go {0} overlapping parts, row by row',
          formatCount(tiles.length, LOCALE),
        ),
      ];
}

/** The name of a detail; `tiles` is the number of parts. */
export function detailLabel(detail: DetailChoice, tiles: number): string {
  switch (detail) {
    case 'native':
      return l10n.t('Native');
    case 'standard':
      return l10n.t('Standard (1568 px)');
    case 'low':
      return l10n.t('Low (768 px)');
    case 'tiles':
      return l10n.t('Whole and {0} parts', formatCount(tiles, LOCALE));
  }
}

/** The name of the detail of the settings, as a choice. */
export function asSetLabel(set: Detail): string {
  return l10n.t('As set: {0}', detailLabel(set, 0));
}

/** Such as `1456x819 · 1,560 tokens · $0.0031`. */
export function choiceCost({ size, tokens }: PlannedChoice, model: string): string {
  return [`${size.width}x${size.height}`, costLabel(tokens, model)].join(' · ');
}

/** A request has no room for so many parts. */
export function noRoomForTiles(limit: number): string {
  return l10n.t('A conversation takes {0} images, and every part is one.', limit);
}

/** Why the detail of an image that was sent cannot be chosen. */
export function sentIsLocked(): string {
  return l10n.t(
    'It was sent like this. Bytes once sent never change: with other ones, all that was said since would be billed anew. Attach it again to send it in another detail.',
  );
}

/** The image was removed, or its question deleted. */
export function imageIsGone(name: string): string {
  return l10n.t('{0} is no longer in the conversation.', name);
}

/** There is nothing to show in the place of the original. */
export function originalNotKept(): string {
  return l10n.t('Where the original lies is not known, so only what is sent can be shown.');
}

/** The file is another one than was prepared. */
export function originalChanged(): string {
  return l10n.t(
    'The file has changed since it was read, so it is not shown beside what was made of it.',
  );
}

/** The picture in the place of the original is not the file itself. */
export function originalDrawn(format: string, shrunk: boolean): string {
  return shrunk
    ? l10n.t('Shown as a smaller copy: the {0} file has too many pixels for a page.', format)
    : l10n.t(
        'Shown as a converted copy in full size: a page cannot show the {0} file itself.',
        format,
      );
}

/** What would keep small print. */
export type Help =
  | { readonly kind: 'choice'; readonly choice: PlannedChoice; readonly label: string }
  /** Nothing but less of the picture, or a model that takes larger ones where there is one. */
  | { readonly kind: 'crop'; readonly largerModels: boolean };

/** That small print is likely to be lost, and what would help. */
export function smallPrintWarning(
  { scale, smallPrint }: Legibility,
  help: Help,
  model: string,
): string {
  const { language } = LOCALE;
  const percent = new Intl.NumberFormat(language, { style: 'percent' }).format(scale);
  const height = new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(smallPrint);
  const loss = l10n.t(
    'Small print is likely to be lost: at {0} of the original, text of {1} pixels is {2} pixels high.',
    percent,
    SMALL_PRINT,
    height,
  );
  return `${loss} ${helpSentence(help, model)}`;
}

function helpSentence(help: Help, model: string): string {
  if (help.kind === 'choice') {
    const cost = costLabel(help.choice.tokens, model);
    return l10n.t('"{0}" would keep it ({1}).', help.label, cost);
  }
  return help.largerModels
    ? l10n.t('Attach only the part that matters, or choose a model that takes larger images.')
    : l10n.t('Attach only the part that matters.');
}

function sizeLabel(whole: string, tiles: number): string {
  return tiles === 0 ? whole : l10n.t('{0} and {1} parts', whole, formatCount(tiles, LOCALE));
}

function costLabel(tokens: number, model: string): string {
  const dollars = imageCost(tokens, model);
  const count =
    tokens === 1 ? l10n.t('1 token') : l10n.t('{0} tokens', formatCount(tokens, LOCALE));
  return [count, ...(dollars === undefined ? [] : [formatDollars(dollars)])].join(' · ');
}
