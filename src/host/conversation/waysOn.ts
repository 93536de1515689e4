import { isUnderWay, type WayOn } from '../../core/conversation/conversation.ts';
import type { AttachmentHolder, Attachments } from '../images/attachments.ts';
import { leftOutImageNotice } from '../wording/conversationWording.ts';
import type { Asking } from './asking.ts';

/**
 * Does what a notice of the last answer offers, and asks for that answer again. Does nothing for
 * another answer, or while one is on its way.
 */
export async function goOn(
  way: WayOn,
  answerId: string,
  parts: {
    readonly holder: AttachmentHolder;
    readonly attachments: Attachments;
    readonly asking: Asking;
  },
): Promise<void> {
  const { holder, attachments, asking } = parts;
  const [question, answer] = holder.state().turns.slice(-2);
  if (answer?.role !== 'assistant' || answer.id !== answerId || isUnderWay(answer)) {
    return;
  }
  const { images = [], turns = [], detail } = answer.notice ?? {};
  switch (way) {
    case 'reencodeAndRetry':
      await attachments.reencode(images);
      break;
    case 'removeAndRetry':
      for (const id of images) {
        attachments.remove(id);
      }
      break;
    case 'goOnWithout':
      // They are left out since the API has refused them.
      break;
    case 'sendImagesSmaller':
      await attachments.sendSmaller(detail ?? 'standard');
      break;
    case 'leaveOutOldestImages':
      holder.emit({ type: 'imagesLeftOut', imageIds: images, notice: leftOutImageNotice() });
      break;
    case 'leaveOutOldestTurns':
      holder.emit({ type: 'turnsLeftOut', userTurnIds: turns });
      break;
    case 'leaveOutQuestion':
      if (question) {
        holder.emit({ type: 'turnsLeftOut', userTurnIds: [question.id] });
      }
      return;
  }
  await asking.retry(answerId);
}
