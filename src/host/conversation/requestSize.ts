import {
  emptyConversation,
  type Conversation,
  type Notice,
} from '../../core/conversation/conversation.ts';
import {
  imagesBase64Length,
  imagesSentAsBytes,
  REQUEST_BASE64_LIMIT,
} from '../../core/conversation/request.ts';
import { imageBase64Sum } from '../../core/conversation/pictures.ts';
import { imagesTooLargeNotice } from '../wording/conversationWording.ts';

/**
 * What to say when the images that are attached are more than a request may hold by themselves; else
 * nothing. What they are too much for together with earlier ones is another matter: those can be left
 * out.
 */
export function imagesTooLarge({ id, attachments }: Conversation): Notice | undefined {
  const conversation = { ...emptyConversation(id), attachments };
  const length = imagesBase64Length(conversation);
  if (length <= REQUEST_BASE64_LIMIT) {
    return undefined;
  }
  const [largest] = imagesSentAsBytes(conversation).toSorted(
    (a, b) => imageBase64Sum(b) - imageBase64Sum(a),
  );
  return imagesTooLargeNotice(largest?.name ?? '', length, REQUEST_BASE64_LIMIT);
}
