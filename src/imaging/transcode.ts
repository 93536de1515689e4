import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { base64Length } from '../core/bytes.ts';
import {
  isSrgbProfile,
  profileColourSpace,
  readColourProfile,
} from '../core/formats/colourProfile.ts';
import { withColourProfile } from '../core/formats/embedProfile.ts';
import type { ImageFailure } from '../core/failure.ts';
import { FORMAT_NAMES } from '../core/formats/formats.ts';
import { turnSize } from '../core/formats/imageHeader.ts';
import type { ImageHeader, Orientation, Size } from '../core/formats/imageHeader.ts';
import type { MediaType } from '../core/plan/mediaType.ts';
import type { EncodingStep } from '../core/plan/plan.ts';
import { failed, success } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import type { Tile } from '../core/plan/tiles.ts';
import { crop, isOpaque, turnUpright } from './bitmap.ts';
import type { Bitmap } from './bitmap.ts';
import { forEveryFormat, Jimp } from './codecs.ts';
import { DecodeError } from './decodeError.ts';
import type { DecodeOptions } from './formats/decoder.ts';
import { renderSvg } from './formats/svgRenderer.ts';
import { isPhotograph } from './photograph.ts';
import { shrink } from './resize/lanczosResizer.ts';

/** A picture to be made of the decoded one: all of it, or a part. */
export interface PictureJob {
  /** In pixels as seen. */
  readonly crop?: Tile;
  /** In the order in which they are tried; each no larger than the one before. */
  readonly steps: readonly [EncodingStep, ...EncodingStep[]];
}

/** The part of a plan that needs pixels. */
export interface TranscodeJob {
  /** Without metadata: jimp turns a picture by its EXIF, and here that is done once, at the end. */
  readonly bytes: Uint8Array;
  readonly header: ImageHeader;
  readonly pictures: readonly [PictureJob, ...PictureJob[]];
  readonly base64Limit: number;
}

export interface TranscodedPicture {
  /** In a buffer of its own, so that it can be transferred. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mediaType: MediaType;
  readonly size: Size;
}

export interface TranscodeOutput {
  readonly pictures: readonly TranscodedPicture[];
  /** Whether the decoder met damage that it could pass over. */
  readonly partlyDamaged: boolean;
  readonly externalPartsLeftOut: boolean;
  /** Whether the file had a colour profile that does not fit what was made of it. */
  readonly colourProfileDropped: boolean;
}

/**
 * Decodes a picture, shrinks it, turns it upright and writes it in the first encoding that fits the
 * limit. Pixels that cannot be decoded are a failure; anything that throws here is a fault.
 */
export async function transcode(job: TranscodeJob): Promise<Result<TranscodeOutput, ImageFailure>> {
  const { header, base64Limit } = job;
  const profile = findProfile(job.bytes, header);
  const seen = { partlyDamaged: false, externalPartsLeftOut: false };
  const decoded = await decode(job, {
    onPartlyDamaged: () => {
      seen.partlyDamaged = true;
    },
    onExternalParts: () => {
      seen.externalPartsLeftOut = true;
    },
  });
  if (!decoded.ok) {
    return decoded;
  }
  const upright = turnUpright(decoded.value, orientationAfterDecoding(header));
  const pictures: TranscodedPicture[] = [];
  for (const picture of job.pictures) {
    const bitmap = picture.crop ? crop(upright, picture.crop) : upright;
    const opaque = !header.alpha || isOpaque(bitmap);
    const written = await write({ bitmap, opaque }, picture.steps, profile.kept, base64Limit);
    if (!written) {
      return failed({ kind: 'cannotFit', limit: base64Limit });
    }
    pictures.push(written);
  }
  return success({ pictures, ...seen, colourProfileDropped: profile.dropped });
}

/** The decoder of HEIC turns its pictures itself; that of AVIF does not. */
function orientationAfterDecoding({ format, orientation }: ImageHeader): Orientation {
  return format === 'heic' ? 1 : orientation;
}

async function decode(
  { bytes, header, pictures: [first] }: TranscodeJob,
  listeners: DecodeOptions,
): Promise<Result<Bitmap, ImageFailure>> {
  const seen = first.crop ? header.size : first.steps[0].size;
  const options = {
    ...listeners,
    target: turnSize(seen, orientationAfterDecoding(header)),
    ...(header.aperture && { aperture: header.aperture.part }),
  };
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const image =
      header.format === 'svg'
        ? new Jimp(await renderSvg(file, options))
        : await Jimp.fromBuffer(file, forEveryFormat(options));
    return success(image.bitmap);
  } catch (error) {
    // Of memory that cannot be had, or a codec that is broken from now on: the thread ends with it.
    if (
      !(error instanceof Error) ||
      error instanceof RangeError ||
      error instanceof WebAssembly.RuntimeError
    ) {
      throw error;
    }
    const format = FORMAT_NAMES[header.format];
    return failed(
      error instanceof DecodeError && error.truncated
        ? { kind: 'imageTruncated', format }
        : { kind: 'imageDamaged', format, detail: error.message },
    );
  }
}

async function write(
  { bitmap: decoded, opaque }: { readonly bitmap: Bitmap; readonly opaque: boolean },
  steps: PictureJob['steps'],
  profile: Uint8Array | undefined,
  base64Limit: number,
): Promise<TranscodedPicture | undefined> {
  const mayBeLossless = steps.some(({ kind }) => kind === 'lossless') && !isPhotograph(decoded);
  let bitmap = decoded;
  for (const step of steps) {
    if (step.kind === 'lossless' && !mayBeLossless) {
      continue;
    }
    bitmap = shrink(bitmap, step.size, { alpha: !opaque });
    const { encoded, mediaType } = await encode(bitmap, step, opaque);
    const bytes = profile
      ? withColourProfile(encoded, mediaType, profile, { deflate: deflateSync, crc32 })
      : encoded;
    if (base64Length(bytes.length) <= base64Limit) {
      return { bytes, mediaType, size: step.size };
    }
  }
  return undefined;
}

interface Encoded {
  readonly encoded: Uint8Array<ArrayBuffer>;
  readonly mediaType: MediaType;
}

async function encode(bitmap: Bitmap, step: EncodingStep, opaque: boolean): Promise<Encoded> {
  const image = new Jimp(bitmap);
  if (step.kind === 'lossless') {
    const png = await image.getBuffer('image/png', { opaque });
    return { encoded: new Uint8Array(png), mediaType: 'image/png' };
  }
  const { quality } = step;
  if (opaque) {
    const jpeg = await image.getBuffer('image/jpeg', { quality });
    return { encoded: new Uint8Array(jpeg), mediaType: 'image/jpeg' };
  }
  const webp = await image.getBuffer('image/webp', { quality });
  return { encoded: new Uint8Array(webp), mediaType: 'image/webp' };
}

/** Longer profiles than this are those of printing presses; pictures for screens have some KB. */
const LARGEST_PROFILE = 1024 * 1024;

/** What is written is red, green and blue: only a profile of these can go along. */
function findProfile(
  bytes: Uint8Array,
  header: ImageHeader,
): { readonly kept: Uint8Array | undefined; readonly dropped: boolean } {
  let isUnreadable = false;
  const profile = readColourProfile(bytes, header.format, (deflated) => {
    const inflated = inflateProfile(deflated);
    isUnreadable = inflated === undefined;
    return inflated;
  });
  if (!profile) {
    return { kept: undefined, dropped: isUnreadable };
  }
  if (isSrgbProfile(profile)) {
    return { kept: undefined, dropped: false };
  }
  const fits = profile.length <= LARGEST_PROFILE && profileColourSpace(profile) === 'rgb';
  return { kept: fits ? profile : undefined, dropped: !fits };
}

function inflateProfile(deflated: Uint8Array): Uint8Array | undefined {
  try {
    return inflateSync(deflated, { maxOutputLength: LARGEST_PROFILE });
  } catch (error) {
    // zlib tells broken data by a code. A picture without its profile is still the picture.
    if (error instanceof Error && 'code' in error) {
      return undefined;
    }
    throw error;
  }
}
