import type { Conversation, Notice } from '../../core/conversation/conversation.ts';
import {
  imagesBase64Length,
  imagesSentAsBytes,
  REQUEST_BASE64_LIMIT,
} from '../../core/conversation/request.ts';
import { imagesTooLargeNotice } from '../wording/conversationWording.ts';

/** What to say when the images, attached ones too, are more than a request may hold; else nothing. */
export function imagesTooLarge(conversation: Conversation): Notice | undefined {
  const length = imagesBase64Length(conversation);
  if (length <= REQUEST_BASE64_LIMIT) {
    return undefined;
  }
  const [largest] = imagesSentAsBytes(conversation).toSorted(
    (a, b) => (b.prepared?.byteLength ?? 0) - (a.prepared?.byteLength ?? 0),
  );
  return imagesTooLargeNotice(largest?.name ?? '', length, REQUEST_BASE64_LIMIT);
}

/**
 * Whether the images that were sent have outgrown a request, as by replacing one of them. Those that
 * the server keeps take no room in it.
 */
export function sentImagesTooLarge(
  conversation: Conversation,
  fileId?: (sha256: string) => string | undefined,
): boolean {
  return imagesBase64Length({ ...conversation, attachments: [] }, fileId) > REQUEST_BASE64_LIMIT;
}
