import { FORMAT_NAMES } from '../formats/formats.ts';
import type { ReadableFormat } from '../formats/formats.ts';
import type { ImageHeader, Size } from '../formats/imageHeader.ts';
import { SMALL_EDGE } from './limits.ts';
import { mediaTypeOf } from './mediaType.ts';
import type { MediaType } from './mediaType.ts';
import type { TranscodePlan } from './plan.ts';
import type { PreparationNote } from './preparedImage.ts';

/** What came of transcoding a picture. */
export interface TranscodedImage {
  readonly mediaType: MediaType;
  /** As sent, in pixels. */
  readonly size: Size;
  /** As sent, before base64. */
  readonly byteLength: number;
  readonly partlyDamaged: boolean;
  readonly externalPartsLeftOut: boolean;
  readonly colourProfileDropped: boolean;
}

/** Names for people, of what is sent. */
export const MEDIA_TYPE_NAMES: Readonly<Record<MediaType, string>> = {
  'image/jpeg': FORMAT_NAMES.jpeg,
  'image/png': FORMAT_NAMES.png,
  'image/gif': FORMAT_NAMES.gif,
  'image/webp': FORMAT_NAMES.webp,
};

/**
 * The notes of an image that was transcoded: what was done, what was lost, and what might help.
 * `fileLength` is bytes of the file as it was chosen.
 */
export function transcodeNotes(
  header: ImageHeader,
  fileLength: number,
  plan: Pick<TranscodePlan, 'steps' | 'resizedFor' | 'tiles'>,
  sent: TranscodedImage,
): readonly PreparationNote[] {
  const notes: PreparationNote[] = [...resizedNotes(header, fileLength, plan, sent)];
  if (sent.mediaType !== mediaTypeOf(header.format)) {
    const to = MEDIA_TYPE_NAMES[sent.mediaType];
    notes.push({ kind: 'converted', from: FORMAT_NAMES[header.format], to });
  }
  if (header.orientation !== 1) {
    notes.push({ kind: 'turnedUpright' });
  }
  if (sent.partlyDamaged) {
    notes.push({ kind: 'partlyDamaged' });
  }
  if (sent.externalPartsLeftOut) {
    notes.push({ kind: 'externalPartsLeftOut' });
  }
  if (sent.colourProfileDropped) {
    notes.push({ kind: 'colourProfileDropped' });
  }
  if (plan.tiles) {
    const { tiles, tokens } = plan.tiles;
    notes.push({ kind: 'tilesWouldHelp', tiles: tiles.length, tokens });
  }
  return [...notes, ...sourceNotes(header, sent.size)];
}

/** The notes that any image has by what its file holds and by its size in pixels as sent. */
export function sourceNotes(header: ImageHeader, size: Size): readonly PreparationNote[] {
  const notes: PreparationNote[] = [];
  const count = header.frames ?? 1;
  if (count > 1) {
    notes.push({ kind: 'onlyOneSent', of: partsOf(header.format), count });
  }
  if (Math.min(size.width, size.height) < SMALL_EDGE) {
    notes.push({ kind: 'smallEdge' });
  }
  return notes;
}

function resizedNotes(
  header: ImageHeader,
  fileLength: number,
  plan: Pick<TranscodePlan, 'steps' | 'resizedFor'>,
  sent: TranscodedImage,
): readonly PreparationNote[] {
  const { width, height } = header.size;
  if (sent.size.width === width && sent.size.height === height) {
    return [];
  }
  const planned = plan.steps[0].size;
  const asPlanned = sent.size.width === planned.width && sent.size.height === planned.height;
  const times = Math.floor(fileLength / sent.byteLength);
  return [
    {
      kind: 'resized',
      from: [width, height],
      to: [sent.size.width, sent.size.height],
      reason: (asPlanned ? plan.resizedFor : undefined) ?? 'bytes',
      ...(times >= 2 && { timesSmaller: times }),
    },
  ];
}

/** What there may be more than one of in a file of this format. */
function partsOf(format: ReadableFormat): 'frames' | 'pages' | 'sizes' {
  switch (format) {
    case 'tiff':
      return 'pages';
    case 'ico':
    case 'cur':
      return 'sizes';
    default:
      return 'frames';
  }
}
