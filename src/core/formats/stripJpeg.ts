import { concatBytes, hasText, u8 } from '../bytes.ts';
import type { ImageFailure } from '../failure.ts';
import { endOfScan, isFrameHeader, JPEG_MARKER, nextJpegSegment } from './jpegHeader.ts';
import type { JpegSegment } from './jpegHeader.ts';
import { MAX_FILE_PARTS } from '../plan/limits.ts';
import { failed, success } from '../result.ts';
import type { Result } from '../result.ts';
import type { KeptParts } from './strip.ts';

/** Bytes: precision, height, width and the number of components (ITU-T T.81, B.2.2). */
const SHORTEST_FRAME_HEADER = 6;

/**
 * Keeps the segments that make the picture: tables, frame, scans, JFIF, ICC profile and Adobe's
 * colour transform. Everything between segments and behind the end of the image goes, such as the
 * film of a motion photo. A file without its end is truncated.
 */
export function stripJpeg(bytes: Uint8Array): Result<KeptParts, ImageFailure> {
  const parts: Uint8Array[] = [bytes.subarray(0, 2)];
  let removed = false;
  let frames = 0;
  let scans = 0;
  let at = 2;
  for (let count = 0; count < MAX_FILE_PARTS; count += 1) {
    const segment = nextJpegSegment(bytes, at);
    if (!segment || segment.end > bytes.length) {
      return failed({ kind: 'imageTruncated', format: 'JPEG' });
    }
    removed ||= segment.start > at;
    at = segment.end;
    if (isFrameHeader(segment.marker)) {
      if (segment.end - segment.dataStart < SHORTEST_FRAME_HEADER) {
        return damaged('frame header too short');
      }
      frames += 1;
      // A second frame would be decoded at a size that nobody has checked.
      if (frames > 1) {
        return damaged('more than one frame');
      }
    }
    if (segment.marker === JPEG_MARKER.endOfImage) {
      parts.push(bytes.subarray(segment.start, segment.end));
      return scans > 0
        ? success({ parts, removed: removed || segment.end < bytes.length })
        : damaged('no scan');
    }
    if (segment.marker === JPEG_MARKER.startOfScan) {
      if (frames === 0) {
        return damaged('scan before the frame');
      }
      at = endOfScan(bytes, segment.end);
      if (at === -1) {
        return failed({ kind: 'imageTruncated', format: 'JPEG' });
      }
      scans += 1;
      parts.push(bytes.subarray(segment.start, at));
    } else {
      const part = keptPart(bytes, segment);
      removed ||= part?.length !== segment.end - segment.start;
      if (part) {
        parts.push(part);
      }
    }
  }
  return damaged('too many segments');
}

/** What stays of a segment other than a scan; `undefined` when nothing does. */
function keptPart(bytes: Uint8Array, segment: JpegSegment): Uint8Array | undefined {
  const { marker, start, dataStart, end } = segment;
  // Only what lies within the segment: what is behind a wrong length will not be there any more.
  const data = bytes.subarray(dataStart, end);
  if (marker === JPEG_MARKER.app0) {
    return data.length >= JFIF_DATA_LENGTH && hasText(data, 0, 'JFIF\0')
      ? withoutThumbnail(bytes, segment)
      : undefined;
  }
  const isApplicationData = marker >= JPEG_MARKER.app0 && marker <= JPEG_MARKER.app15;
  const dropped = isApplicationData
    ? !(marker === JPEG_MARKER.app2 && hasText(data, 0, 'ICC_PROFILE\0')) &&
      !(marker === JPEG_MARKER.app14 && hasText(data, 0, 'Adobe'))
    : marker === JPEG_MARKER.comment || segment.end === dataStart;
  return dropped ? undefined : bytes.subarray(start, end);
}

const JFIF_DATA_LENGTH = 14;

/** A JFIF segment may carry a small picture, which may show what was since cropped away. */
function withoutThumbnail(bytes: Uint8Array, { start, dataStart, end }: JpegSegment): Uint8Array {
  const thumbnailAt = dataStart + JFIF_DATA_LENGTH - 2;
  const whole = bytes.subarray(start, end);
  if (whole.length === 4 + JFIF_DATA_LENGTH && u8(bytes, thumbnailAt) === 0) {
    return whole;
  }
  return concatBytes([
    Uint8Array.of(0xff, JPEG_MARKER.app0, 0, JFIF_DATA_LENGTH + 2),
    bytes.subarray(dataStart, thumbnailAt),
    Uint8Array.of(0, 0),
  ]);
}

function damaged(detail: string): Result<never, ImageFailure> {
  return failed({ kind: 'imageDamaged', format: 'JPEG', detail });
}
