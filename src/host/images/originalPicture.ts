import type { AttachedImage, OriginalImage } from '../../core/conversation/conversation.ts';
import type { ImageFailure } from '../../core/failure.ts';
import type { ReadableFormat } from '../../core/formats/formats.ts';
import type { ImageHeader } from '../../core/formats/imageHeader.ts';
import { probeWhole } from '../../core/formats/probe.ts';
import { failed, success, type Result } from '../../core/result.ts';
import type { ImagePreparer } from '../../imaging/prepareImage.ts';
import type { BlobStore } from '../conversation/blobStore.ts';
import type { SourceOf } from './imageSource.ts';
import { originalImage } from './originalImage.ts';

/** The picture of an original, for a page to show. */
export interface OriginalPicture {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  /** Set where it is a copy: in full size, or smaller than the original. */
  readonly drawn?: 'whole' | 'smaller';
}

/** What there is to know of an original now. */
export interface ReadOriginal {
  readonly header: ImageHeader;
  readonly facts: OriginalImage;
  /** Whether it is another picture than the one that was prepared, as far as that is known. */
  readonly changed: boolean;
  /** Absent when it has changed. */
  readonly picture?: Result<OriginalPicture, ImageFailure>;
}

/** Formats that the browser shows as this extension reads them. */
const SHOWN: ReadonlySet<ReadableFormat> = new Set([
  'png',
  'jpeg',
  'gif',
  'webp',
  'bmp',
  'avif',
  'svg',
]);

/** Most pixels that a page is given: it keeps four bytes of each. */
const MOST_PIXELS = 20_000_000;
/** Most bytes of a file that travel to a page. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Reads an original anew. `undefined` when it lies nowhere that is known. */
export async function readOriginal(
  image: AttachedImage,
  services: {
    readonly blobs: BlobStore;
    readonly preparer: Pick<ImagePreparer, 'drawWhole'>;
    readonly sourceOf: SourceOf;
  },
  signal: AbortSignal,
): Promise<Result<ReadOriginal, ImageFailure> | undefined> {
  const bytes = await originalBytes(image, services.blobs, services.sourceOf, signal);
  if (!bytes?.ok) {
    return bytes;
  }
  const probed = probeWhole(bytes.value);
  if (!probed.ok) {
    return probed;
  }
  const facts = await originalImage(bytes.value);
  if (!facts) {
    return failed({ kind: 'notAnImage' });
  }
  const header = probed.value;
  if (image.original && image.original.sha256 !== facts.sha256) {
    return success({ header, facts, changed: true });
  }
  const picture = await pictureOf(bytes.value, header, services.preparer, signal);
  return success({ header, facts, changed: false, picture });
}

async function originalBytes(
  { uri, prepared }: AttachedImage,
  blobs: BlobStore,
  sourceOf: SourceOf,
  signal: AbortSignal,
): Promise<Result<Uint8Array, ImageFailure> | undefined> {
  // What the API fetches itself was fetched here as it is.
  const fetched = prepared?.url === undefined ? undefined : await blobs.get(prepared.sha256);
  if (fetched) {
    return success(fetched);
  }
  if (uri === undefined) {
    return undefined;
  }
  const read = await sourceOf(uri).read(signal);
  return read.ok ? success(read.value.bytes) : read;
}

/** An animation is drawn as the one frame that counts, and what is too large for a page smaller. */
async function pictureOf(
  bytes: Uint8Array,
  { format, size, frames = 1 }: ImageHeader,
  preparer: Pick<ImagePreparer, 'drawWhole'>,
  signal: AbortSignal,
): Promise<Result<OriginalPicture, ImageFailure>> {
  const pixels = size.width * size.height;
  if (SHOWN.has(format) && frames === 1 && pixels <= MOST_PIXELS && bytes.length <= MOST_BYTES) {
    return success({ mediaType: `image/${format === 'svg' ? 'svg+xml' : format}`, bytes });
  }
  const drawn = await preparer.drawWhole(bytes, MOST_PIXELS, signal);
  return drawn.ok
    ? success({ ...drawn.value, drawn: pixels > MOST_PIXELS ? 'smaller' : 'whole' })
    : drawn;
}
