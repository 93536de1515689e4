import type { AttachedImage } from '../../core/conversation/conversation.ts';
import { failed, success } from '../../core/result.ts';
import type { BlobStore } from '../conversation/blobStore.ts';
import { sha256Of } from './originalImage.ts';
import type { ImageSource, SourceBytes, SourceOf } from './imageSource.ts';

/**
 * An image that was prepared, to be prepared again: its original, or what was made of it where that
 * is gone. What the API fetches itself is not fetched here a second time.
 */
export function sourceOfPrepared(
  image: AttachedImage,
  blobs: BlobStore,
  sourceOf: SourceOf,
): ImageSource {
  const { uri, prepared } = image;
  if (uri === undefined || prepared?.url !== undefined) {
    return sourceOfSent(image, blobs);
  }
  return {
    name: image.name,
    uri,
    read: async (signal) => {
      const read = await sourceOf(uri).read(signal);
      const made = read.ok ? undefined : await bytesMade(image, blobs);
      return made ? success(made) : read;
    },
  };
}

/** What was made of an image, and nothing else: what it shows is what was sent. */
export function sourceOfSent(image: AttachedImage, blobs: BlobStore): ImageSource {
  return {
    name: image.name,
    ...(image.uri !== undefined && { uri: image.uri }),
    read: async () => {
      const made = await bytesMade(image, blobs);
      return made ? success(made) : failed({ kind: 'fileNotFound' });
    },
  };
}

/** What was sent of an image, else its original where that is still the same file. */
export function sourceOfSentOrOriginal(
  image: AttachedImage,
  blobs: BlobStore,
  sourceOf: SourceOf,
): ImageSource {
  const sent = sourceOfSent(image, blobs);
  const { uri, original } = image;
  return {
    ...sent,
    read: async (signal) => {
      const read = await sent.read(signal);
      if (read.ok || uri === undefined || original === undefined) {
        return read;
      }
      const again = await sourceOf(uri).read(signal);
      return again.ok && (await sha256Of(again.value.bytes)) !== original.sha256
        ? failed({ kind: 'fileChanged' })
        : again;
    },
  };
}

async function bytesMade(
  { prepared, tiles = [] }: AttachedImage,
  blobs: BlobStore,
): Promise<SourceBytes | undefined> {
  const bytes = prepared && (await blobs.get(prepared.sha256));
  if (!bytes) {
    return undefined;
  }
  const earlierTiles: SourceBytes[] = [];
  for (const { sha256, notes } of tiles) {
    const tile = await blobs.get(sha256);
    if (tile) {
      earlierTiles.push({ bytes: tile, earlierNotes: notes });
    }
  }
  return {
    bytes,
    earlierNotes: prepared.notes,
    ...(prepared.url && { url: prepared.url }),
    // A part that is missing is one of the picture that Claude would not see.
    ...(tiles.length > 0 && earlierTiles.length === tiles.length && { earlierTiles }),
  };
}
