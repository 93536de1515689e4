import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'mocha';
import type { AttachedImage } from '../../../src/core/conversation/conversation.ts';
import type { ImageFailure } from '../../../src/core/failure.ts';
import { success, type Result } from '../../../src/core/result.ts';
import { BlobStore } from '../../../src/host/conversation/blobStore.ts';
import type { SourceOf } from '../../../src/host/images/imageSource.ts';
import {
  sourceOfPrepared,
  sourceOfSentOrOriginal,
} from '../../../src/host/images/preparedSource.ts';

const FILE = new TextEncoder().encode('the file as it was');
const OTHER = new TextEncoder().encode('another picture');
const SENT = new TextEncoder().encode('what was sent');

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const IMAGE: AttachedImage = {
  id: 'a',
  name: 'a.png',
  number: 1,
  uri: 'file:///a.png',
  state: 'ready',
  labels: { details: '', notes: [] },
  original: { format: 'PNG', width: 10, height: 10, byteLength: 3, sha256: sha256(FILE) },
  prepared: {
    sha256: sha256(SENT),
    mediaType: 'image/png',
    width: 10,
    height: 10,
    byteLength: SENT.length,
    tokens: 1,
    notes: [],
  },
};

const holding = async (...all: readonly Uint8Array[]): Promise<BlobStore> => {
  const shelf = new Map(all.map((bytes) => [sha256(bytes), bytes]));
  return new BlobStore(
    {
      put: async () => undefined,
      get: async (hash) => shelf.get(hash),
      touch: async (hash) => shelf.has(hash),
    },
    (error) => assert.fail(String(error)),
  );
};
const fileIs =
  (bytes: Uint8Array): SourceOf =>
  (uri) => ({ name: uri, uri, read: async () => success({ bytes }) });
const { signal } = new AbortController();
const contentOf = (
  read: Result<{ readonly bytes: Uint8Array }, ImageFailure>,
): Uint8Array | string => (read.ok ? read.value.bytes : read.error.kind);

describe('an image that is prepared again', () => {
  const readSent = async (blobs: BlobStore, file: Uint8Array, image = IMAGE) =>
    contentOf(await sourceOfSentOrOriginal(image, blobs, fileIs(file)).read(signal));

  it('is made of what was sent, whatever the file holds by now', async () => {
    assert.deepEqual(await readSent(await holding(SENT), OTHER), SENT);
  });

  it('is made of the file where what was sent is gone and the file is the same', async () => {
    assert.deepEqual(await readSent(await holding(), FILE), FILE);
  });

  it('is not made of a file that has changed since it was sent', async () => {
    assert.equal(await readSent(await holding(), OTHER), 'fileChanged');
  });

  it('is not made of a file of which nobody knows what it was', async () => {
    const { original: _, ...image } = IMAGE;
    assert.equal(await readSent(await holding(), FILE, image), 'fileNotFound');
  });

  it('is made of the file as it is now while it is not sent', async () => {
    const source = sourceOfPrepared(IMAGE, await holding(SENT), fileIs(OTHER));
    assert.deepEqual(contentOf(await source.read(signal)), OTHER);
  });
});
