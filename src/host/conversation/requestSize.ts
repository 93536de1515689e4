import type { Conversation, Notice } from '../../core/conversation/conversation.ts';
import {
  imagesBase64Length,
  imagesSentAsBytes,
  REQUEST_BASE64_LIMIT,
} from '../../core/conversation/request.ts';
import { imageBase64Sum } from '../../core/conversation/pictures.ts';
import { imagesTooLargeNotice } from '../wording/conversationWording.ts';

/** What to say when the images, attached ones too, are more than a request may hold; else nothing. */
export function imagesTooLarge(conversation: Conversation): Notice | undefined {
  const length = imagesBase64Length(conversation);
  if (length <= REQUEST_BASE64_LIMIT) {
    return undefined;
  }
  const [largest] = imagesSentAsBytes(conversation).toSorted(
    (a, b) => imageBase64Sum(b) - imageBase64Sum(a),
  );
  return imagesTooLargeNotice(largest?.name ?? '', length, REQUEST_BASE64_LIMIT);
}

/** Whether the images that were sent have outgrown a request, as by replacing one of them. */
export function sentImagesTooLarge(conversation: Conversation): boolean {
  return imagesBase64Length({ ...conversation, attachments: [] }) > REQUEST_BASE64_LIMIT;
}
