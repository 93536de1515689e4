import type { AttachedImage, Conversation } from '../../core/conversation/conversation.ts';
import { pictureCount, picturesOf } from '../../core/conversation/pictures.ts';
import { isTooLong, mostImages, plannedImages } from '../../core/plan/imageShare.ts';
import { modelOf } from '../../core/plan/models.ts';

/** The number of images to plan for when these are the conversation's. */
export function plannedCount(images: readonly AttachedImage[]): number {
  return plannedImages(pictureCount(images));
}

/** Those that the API would refuse in a request planned for so many. */
export function tooLongAmong(
  images: readonly AttachedImage[],
  among: number,
): readonly AttachedImage[] {
  return images.filter(
    (image) =>
      image.state === 'ready' && picturesOf(image).some((picture) => isTooLong(picture, among)),
  );
}

/** How many more images a conversation with a model takes. */
export function freePlaces(conversation: Conversation, model: string): number {
  const taken = takenImages(conversation).reduce(
    (sum, image) => sum + Math.max(picturesOf(image).length, 1),
    0,
  );
  return Math.max(mostImages(modelOf(model)) - taken, 0);
}

/** The images that go with requests, or may yet; what was left out to make room takes none. */
export function takenImages({ turns, attachments }: Conversation): readonly AttachedImage[] {
  const sent = turns.flatMap((turn) => (turn.role === 'user' && !turn.leftOut ? turn.images : []));
  return [...sent, ...attachments].filter(
    ({ state, leftOut }) => state !== 'removed' && leftOut === undefined,
  );
}
