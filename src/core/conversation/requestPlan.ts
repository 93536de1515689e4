import type { ExcessFailure, RequestImage } from '../failure.ts';
import { modelOf } from '../plan/models.ts';
import { imagesInRequest, type AttachedImage, type Conversation } from './conversation.ts';
import { imageBase64Sum, pictureCount } from './pictures.ts';
import { promptTokens, type PromptTerms } from './promptTokens.ts';
import { imagesBase64Length, REQUEST_BASE64_LIMIT } from './request.ts';
import type { ImageSources } from './turnContent.ts';

/** What a request is planned for. */
export interface RequestTerms extends PromptTerms {
  /** Tokens that the answer may take, which share the context window with the prompt. */
  readonly maxTokens: number;
}

/**
 * What the next request would hold more of than may be: images by the model's limit, bytes of base64,
 * or tokens by the model's context window. Images with a `fileId` take no bytes of it. `undefined` when
 * it may go. Pure.
 */
export function excessOf(
  conversation: Conversation,
  terms: RequestTerms,
  fileId?: ImageSources['fileId'],
): ExcessFailure | undefined {
  const { maxImages, contextWindow = Infinity } = modelOf(terms.model);
  const images = imagesInRequest(conversation);
  const count = pictureCount(images);
  if (count > maxImages) {
    return { kind: 'tooManyImages', count, limit: maxImages };
  }
  const bytes = imagesBase64Length({ ...conversation, attachments: [] }, fileId);
  if (bytes > REQUEST_BASE64_LIMIT) {
    return { kind: 'requestTooLarge', bytes, limit: REQUEST_BASE64_LIMIT };
  }
  const limit = contextWindow - terms.maxTokens;
  const tokens = promptTokens(conversation, terms);
  return tokens > limit ? { kind: 'promptTooLong', tokens, limit } : undefined;
}

/** Bytes of base64 of an image in the next request; none for one whose bytes do not go. */
export function base64Of(image: AttachedImage, fileId?: ImageSources['fileId']): number {
  return image.state === 'ready' ? imageBase64Sum(image, fileId) : 0;
}

/**
 * Of the images of a request that was refused for one of them, those that may be it: all that the API
 * has not taken before; all where it has taken each.
 */
export function suspectsAmong(
  conversation: Conversation,
  images: readonly RequestImage[],
): readonly RequestImage[] {
  const accepted = new Map(
    imagesInRequest(conversation).map((image) => [image.id, image.accepted]),
  );
  const unknown = images.filter(
    ({ id, prepared }) => prepared === undefined || accepted.get(id) !== prepared.sha256,
  );
  return unknown.length > 0 ? unknown : images;
}

/** Hashes of the images of a request that the API has taken, and had not taken before. */
export function newlyTaken(
  conversation: Conversation,
  sent: readonly RequestImage[],
): readonly string[] {
  const before = new Set(imagesInRequest(conversation).map(({ accepted }) => accepted));
  return sent
    .flatMap(({ prepared }) => prepared?.sha256 ?? [])
    .filter((sha256) => !before.has(sha256));
}

/** Whether the API has answered in this conversation before the answer that is on its way now. */
export function wasAnswered({ turns }: Conversation): boolean {
  return turns
    .slice(0, -1)
    .some(
      (turn) =>
        turn.role === 'assistant' && (turn.status === 'complete' || turn.status === 'cutOff'),
    );
}
