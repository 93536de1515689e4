import type { ImageFailure } from '../../core/failure.ts';
import { MAX_PIXELS, SMALL_EDGE } from '../../core/plan/limits.ts';
import type { PreparationNote } from '../../core/plan/preparedImage.ts';
import type { Tile } from '../../core/plan/tiles.ts';
import { downloadFailureMessage } from './downloadWording.ts';
import { formatCount, formatMegabytes, type Locale } from './locale.ts';

/** Why an image cannot be sent and what to do about it, as a sentence or two. */
export function imageFailureMessage(name: string, failure: ImageFailure, locale: Locale): string {
  const { l10n } = locale;
  switch (failure.kind) {
    case 'fileNotFound':
      return l10n.t('{0} is no longer there. It was moved or deleted after you chose it.', name);
    case 'fileChanged':
      return l10n.t(
        '{0} has changed since it was sent, and what was sent is no longer there. Replace the image or remove it.',
        name,
      );
    case 'fileIsFolder':
      return l10n.t('{0} is a folder. Choose the images in it.', name);
    case 'fileUnreadable':
      return l10n.t('{0} could not be read: {1}', name, failure.detail);
    case 'fileEmpty':
      return l10n.t('{0} is empty. Choose another file, or save it again.', name);
    case 'fileTooLarge':
      return l10n.t(
        '{0} has {1} MB; up to {2} MB are read. Export a smaller copy.',
        name,
        formatMegabytes(failure.bytes, locale),
        formatMegabytes(failure.limit, locale),
      );
    case 'notAnImage':
      return failure.looksLike === undefined
        ? l10n.t('{0} is not an image, whatever its name says. Choose another file.', name)
        : l10n.t('{0} is not an image: it holds text. Choose another file.', name);
    case 'formatUnsupported':
      return formatUnsupportedMessage(name, failure.format, locale);
    case 'imageDamaged':
      return l10n.t(
        '{0} is a damaged {1} file ({2}). Save or download it again.',
        name,
        failure.format,
        failure.detail,
      );
    case 'imageTruncated':
      return l10n.t(
        '{0} is cut off: its {1} data ends too early. Save or download it again.',
        name,
        failure.format,
      );
    case 'tooManyPixels':
      return tooManyPixelsMessage(name, failure, locale);
    case 'cannotFit':
      return l10n.t(
        '{0} cannot be brought under the limit of {1} MB. Crop it or export a smaller copy.',
        name,
        formatMegabytes(failure.limit, locale),
      );
    case 'preparationTimedOut':
      return l10n.t(
        '{0} was not ready after {1} seconds. Export a smaller copy.',
        name,
        failure.seconds,
      );
    case 'preparationCrashed':
      return l10n.t('{0} could not be prepared: {1}', name, failure.detail);
    case 'handoverFailed':
      return l10n.t('{0} did not arrive: the panel was closed too early. Add it again.', name);
    default:
      return downloadFailureMessage(name, failure, locale);
  }
}

/** What was done to an image, in as few words as a chip has room for. */
export function noteLabels(note: PreparationNote, locale: Locale): readonly string[] {
  const { l10n } = locale;
  switch (note.kind) {
    case 'resized': {
      const sizes = l10n.t('{0} to {1}', note.from.join('x'), note.to.join('x'));
      return note.timesSmaller === undefined
        ? [sizes]
        : [sizes, l10n.t('upload {0} times smaller', formatCount(note.timesSmaller, locale))];
    }
    case 'converted':
      return [l10n.t('{0} to {1}', note.from, note.to)];
    case 'turnedUpright':
      return [l10n.t('turned upright')];
    case 'metadataRemoved':
      return [l10n.t('metadata removed')];
    case 'onlyOneSent':
      return [onlyOneSentLabel(note.of, formatCount(note.count, locale), locale)];
    case 'partlyDamaged':
      return [l10n.t('damaged: part may be missing')];
    case 'externalPartsLeftOut':
      return [l10n.t('external parts left out')];
    case 'colourProfileDropped':
      return [l10n.t('color profile dropped')];
    case 'tilesWouldHelp':
      return [l10n.t('small print may be lost')];
    case 'reencoded':
      return [l10n.t('re-encoded')];
    case 'smallEdge':
      return [l10n.t('under {0} pixels: may be misread', SMALL_EDGE)];
    case 'sentByAddress':
      return [l10n.t('sent by its address')];
  }
}

/** What was done to an image, and why, as a line of its own; `format` is the name of the file's. */
export function noteSentence(note: PreparationNote, format: string, locale: Locale): string {
  const { l10n } = locale;
  switch (note.kind) {
    case 'resized':
      return resizedSentence(note, format, locale);
    case 'converted':
      return l10n.t('{0} to {1}', note.from, note.to);
    case 'turnedUpright':
      return l10n.t('Turned upright, as the camera noted');
    case 'metadataRemoved':
      return l10n.t('Metadata removed: none of it leaves this machine');
    case 'onlyOneSent':
      return l10n.t(
        'Only part of the file is sent: {0}',
        onlyOneSentLabel(note.of, formatCount(note.count, locale), locale),
      );
    case 'partlyDamaged':
      return l10n.t('The file is damaged: part of the picture may be missing');
    case 'externalPartsLeftOut':
      return l10n.t('What the file refers to outside of itself is not drawn');
    case 'colourProfileDropped':
      return l10n.t('The color profile is dropped: colors may differ a little');
    case 'tilesWouldHelp':
      return l10n.t(
        'Small print may be lost: {0} parts at full size ({1} tokens) would keep it',
        formatCount(note.tiles, locale),
        formatCount(note.tokens, locale),
      );
    case 'reencoded':
      return l10n.t('Re-encoded: the API refused it as it was');
    case 'smallEdge':
      return l10n.t('An edge is under {0} pixels: Claude may misread it', SMALL_EDGE);
    case 'sentByAddress':
      return l10n.t('Sent by its address: the API fetches it itself');
  }
}

/** Which part of a picture a tile is, such as `part 2 of 5, top to bottom`; `index` is 0-based. */
export function tileLabel(tiles: readonly Tile[], index: number, locale: Locale): string {
  const { l10n } = locale;
  const [part, all] = [formatCount(index + 1, locale), formatCount(tiles.length, locale)];
  if (tiles.every(({ left }) => left === tiles[0]?.left)) {
    return l10n.t('part {0} of {1}, top to bottom', part, all);
  }
  return tiles.every(({ top }) => top === tiles[0]?.top)
    ? l10n.t('part {0} of {1}, left to right', part, all)
    : l10n.t('part {0} of {1}, row by row from the top left', part, all);
}

function formatUnsupportedMessage(name: string, format: string, { l10n }: Locale): string {
  if (/\bvideo$|\bmedia$/.test(format)) {
    return l10n.t(
      '{0} is {1}, which Claude cannot watch. Save a frame of it as PNG or JPEG.',
      name,
      format,
    );
  }
  return format === 'PDF' || format === 'PostScript'
    ? l10n.t('{0} is {1}, a document. Export the page you mean as PNG or JPEG.', name, format)
    : l10n.t('{0} is {1}, which cannot be read. Export it as PNG or JPEG.', name, format);
}

function tooManyPixelsMessage(
  name: string,
  { width, height, limitPixels }: Extract<ImageFailure, { readonly kind: 'tooManyPixels' }>,
  locale: Locale,
): string {
  const { l10n } = locale;
  const megapixels = formatCount(Math.floor(limitPixels / 1e6), locale);
  return limitPixels < MAX_PIXELS
    ? l10n.t(
        '{0} has {1}x{2} pixels; of a file of its kind, up to about {3} megapixels are prepared. Export a smaller copy.',
        name,
        width,
        height,
        megapixels,
      )
    : l10n.t(
        '{0} has {1}x{2} pixels; up to {3} megapixels are prepared. Export a smaller copy.',
        name,
        width,
        height,
        megapixels,
      );
}

function resizedSentence(
  { from, to, reason, timesSmaller }: Extract<PreparationNote, { readonly kind: 'resized' }>,
  format: string,
  locale: Locale,
): string {
  const { l10n } = locale;
  const why = resizeReason(reason, locale);
  return timesSmaller === undefined
    ? l10n.t('{0} {1} to {2}: {3}', format, from.join('x'), to.join('x'), why)
    : l10n.t(
        '{0} {1} to {2}: {3}, upload {4} times smaller',
        format,
        from.join('x'),
        to.join('x'),
        why,
        formatCount(timesSmaller, locale),
      );
}

function resizeReason(
  reason: Extract<PreparationNote, { readonly kind: 'resized' }>['reason'],
  { l10n }: Locale,
): string {
  switch (reason) {
    case 'tier':
      return l10n.t('Claude would shrink it anyway');
    case 'detail':
      return l10n.t('less detail was asked for');
    case 'edge':
      return l10n.t('a request with so many images takes no larger ones');
    case 'bytes':
      return l10n.t('its bytes were too many for the API');
  }
}

function onlyOneSentLabel(
  of: 'frames' | 'pages' | 'sizes',
  count: string,
  { l10n }: Locale,
): string {
  switch (of) {
    case 'frames':
      return l10n.t('first of {0} frames', count);
    case 'pages':
      return l10n.t('first of {0} pages', count);
    case 'sizes':
      return l10n.t('largest of {0} sizes', count);
  }
}
