import type { AttachedImage } from '../../core/conversation/conversation.ts';
import { picturesOf } from '../../core/conversation/pictures.ts';
import { imagesSentAsBytes } from '../../core/conversation/request.ts';
import { goneImageNotice } from '../wording/conversationWording.ts';
import type { AnsweredConversation } from './answerServices.ts';
import type { BlobStore } from './blobStore.ts';
import type { FileIdOf } from './requestImages.ts';

/**
 * The base64 texts of the images that go with a request as it stands when this settles, by their
 * SHA-256; not of those that go as a file. An image whose bytes are gone is left out from now on, and says so.
 */
export async function requestBytes(
  { state, emit }: AnsweredConversation,
  blobs: BlobStore,
  fileId: FileIdOf,
): Promise<ReadonlyMap<string, string>> {
  const sent = (): readonly AttachedImage[] =>
    imagesSentAsBytes({ ...state(), attachments: [] }, fileId);
  let texts: ReadonlyMap<string, string> = new Map<string, string>();
  // Of an image with tiles, some may go as files.
  const hashesOf = (image: AttachedImage): readonly string[] =>
    picturesOf(image)
      .filter(({ sha256, url }) => url === undefined && fileId(sha256) === undefined)
      .map(({ sha256 }) => sha256);
  const isMissing = (image: AttachedImage): boolean =>
    hashesOf(image).some((sha256) => !texts.has(sha256));
  const missing = (): readonly AttachedImage[] => sent().filter(isMissing);
  // Again when an image was replaced meanwhile.
  while (missing().length > 0) {
    const wanted = sent();
    texts = await blobs.base64(wanted.flatMap(hashesOf));
    const images = wanted
      .filter(isMissing)
      .map(({ id, prepared }) => ({ id, sha256: prepared?.sha256 }));
    if (images.length > 0) {
      emit({ type: 'imagesRejected', images, notice: goneImageNotice() });
    }
  }
  return texts;
}
