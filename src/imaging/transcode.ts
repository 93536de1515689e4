import { base64Length } from '../core/bytes.ts';
import type { ImageFailure } from '../core/failure.ts';
import { FORMAT_NAMES } from '../core/formats.ts';
import type { ReadableFormat } from '../core/formats.ts';
import type { Orientation } from '../core/imageHeader.ts';
import { turnSize } from '../core/imageHeader.ts';
import type { Encoding } from '../core/plan.ts';
import { failed, success } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { shrink } from './areaAverage.ts';
import { flattenOnWhite, isOpaque, turnUpright } from './bitmap.ts';
import type { Bitmap } from './bitmap.ts';
import { Jimp } from './codecs.ts';
import { DecodeError } from './decodeError.ts';

/** The part of a plan that needs pixels. */
export interface TranscodeJob {
  /** Without metadata: jimp turns a picture by its EXIF, and here that is done once, at the end. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly format: ReadableFormat;
  readonly orientation: Orientation;
  /** In the order in which they are tried; each no larger than the one before. */
  readonly encodings: readonly Encoding[];
  readonly base64Limit: number;
}

export interface TranscodeOutput {
  /** In a buffer of its own, so that it can be transferred. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly encoding: Encoding;
  /** Whether transparent pixels were laid on white. */
  readonly flattened: boolean;
}

/**
 * Decodes a picture, shrinks it, turns it upright and writes it in the first encoding that fits the
 * limit. Pixels that cannot be decoded are a failure; anything that throws here is a fault.
 */
export async function transcode(job: TranscodeJob): Promise<Result<TranscodeOutput, ImageFailure>> {
  const [first] = job.encodings;
  if (!first) {
    return failed({ kind: 'cannotFit', limit: job.base64Limit });
  }
  const decoded = await decode(job, first);
  if (!decoded.ok) {
    return decoded;
  }
  let bitmap = turnUpright(decoded.value, job.orientation);
  let opaque = isOpaque(bitmap);
  let flattened = false;
  for (const encoding of job.encodings) {
    bitmap = shrink(bitmap, encoding.size);
    if (encoding.mediaType === 'image/jpeg' && !opaque) {
      flattenOnWhite(bitmap);
      opaque = true;
      flattened = true;
    }
    const encoded = await encode(bitmap, encoding, opaque);
    if (base64Length(encoded.length) <= job.base64Limit) {
      return success({ bytes: Uint8Array.from(encoded), encoding, flattened });
    }
  }
  return failed({ kind: 'cannotFit', limit: job.base64Limit });
}

async function decode(
  { bytes, format, orientation }: TranscodeJob,
  { size }: Encoding,
): Promise<Result<Bitmap, ImageFailure>> {
  const target = turnSize(size, orientation);
  const options = { target };
  try {
    const image = await Jimp.fromBuffer(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      { 'image/png': options, 'image/apng': options, 'image/jpeg': options, 'image/gif': options },
    );
    return success(image.bitmap);
  } catch (error) {
    // Of memory that cannot be had: the machine's limit, no fault of the file.
    if (!(error instanceof Error) || error instanceof RangeError) {
      throw error;
    }
    const name = FORMAT_NAMES[format];
    return failed(
      error instanceof DecodeError && error.truncated
        ? { kind: 'imageTruncated', format: name }
        : { kind: 'imageDamaged', format: name, detail: error.message },
    );
  }
}

/** PNG colour type 2: without the alpha channel that a picture does not need. */
const PNG_RGB = 2;

async function encode(bitmap: Bitmap, encoding: Encoding, opaque: boolean): Promise<Buffer> {
  const image = new Jimp(bitmap);
  return encoding.mediaType === 'image/jpeg'
    ? await image.getBuffer('image/jpeg', { quality: encoding.quality })
    : await image.getBuffer('image/png', opaque ? { colorType: PNG_RGB } : {});
}
