import type { AttachedImage, Conversation, Turn } from './conversation.ts';

/** The conversation whose images of those hashes the API has taken. */
export function accept(conversation: Conversation, hashes: readonly string[] = []): Conversation {
  return hashes.length === 0
    ? conversation
    : updateImages(conversation, (image) => {
        const sha256 = image.prepared?.sha256;
        return sha256 !== undefined && sha256 !== image.accepted && hashes.includes(sha256)
          ? { ...image, accepted: sha256 }
          : image;
      });
}

/** The conversation without an attached image, or with a sent one taken back. */
export function removeImage(conversation: Conversation, imageId: string): Conversation {
  const left: Conversation = {
    ...conversation,
    attachments: conversation.attachments.filter(({ id }) => id !== imageId),
  };
  return updateImages(left, (image) =>
    image.id === imageId && image.state !== 'removed' ? takenBack(image) : image,
  );
}

/** An image that keeps the number it was given. */
export function withNumber(image: AttachedImage, number: number | undefined): AttachedImage {
  return number === undefined || number === image.number ? image : { ...image, number };
}

/** What is left of an image that was sent: enough to say which it was. */
function takenBack({ id, name, number }: AttachedImage): AttachedImage {
  return {
    id,
    name,
    ...(number !== undefined && { number }),
    state: 'removed',
    labels: { details: '', notes: [] },
  };
}

/** The conversation with each image as `update` makes it. */
export function updateImages(
  conversation: Conversation,
  update: (image: AttachedImage) => AttachedImage,
): Conversation {
  return {
    ...conversation,
    turns: conversation.turns.map((turn): Turn => {
      if (turn.role !== 'user') {
        return turn;
      }
      const images = turn.images.map(update);
      // A turn that nothing happened to stays the same object: the page draws only what changed.
      return images.every((image, index) => image === turn.images[index])
        ? turn
        : { ...turn, images };
    }),
    attachments: conversation.attachments.map(update),
  };
}
