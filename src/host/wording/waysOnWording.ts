import { l10n } from 'vscode';
import type { Conversation, Notice, NoticeAction } from '../../core/conversation/conversation.ts';
import { allImages } from '../../core/conversation/conversation.ts';
import { wasAnswered } from '../../core/conversation/requestPlan.ts';
import { waysOut, type WaysOut } from '../../core/conversation/waysOut.ts';
import type { ImageSources } from '../../core/conversation/turnContent.ts';
import type { AnswerCutoff, ExcessFailure, RequestFailure } from '../../core/failure.ts';
import { LOCALE } from './imageLabels.ts';
import { listNames } from './listNames.ts';
import { formatCount } from './locale.ts';
import { cutoffNotice, requestNotice } from './wording.ts';

/** Why a request of a conversation failed, with the buttons that lead on in this conversation. */
export function failureNotice(
  failure: RequestFailure,
  conversation: Conversation,
  model: string,
  fileId?: ImageSources['fileId'],
): Notice {
  const notice = requestNotice(failure);
  switch (failure.kind) {
    case 'imagesRejected':
    case 'someImageRejected': {
      const ids = failure.images.map(({ id }) => id);
      const { actions } = notice;
      return {
        ...notice,
        actions: canReencode(ids, conversation) ? ['reencodeAndRetry', ...actions] : actions,
        images: ids,
      };
    }
    case 'requestTooLarge':
    case 'tooManyImages':
    case 'promptTooLong':
      return withWaysOut(notice, waysOut(conversation, failure, model, fileId));
    case 'requestInvalid':
      return wasAnswered(conversation)
        ? { ...notice, actions: ['editQuestion', 'leaveOutQuestion', 'retry', 'showLog'] }
        : notice;
    default:
      return notice;
  }
}

/** Why an answer of a conversation ended early, with the buttons that lead on. */
export function earlyEndNotice(
  cutoff: AnswerCutoff,
  conversation: Conversation,
  model: string,
): Notice {
  const notice = cutoffNotice(cutoff);
  const unknown: ExcessFailure = { kind: 'promptTooLong' };
  return cutoff.kind === 'contextWindowExceeded'
    ? withWaysOut(notice, waysOut(conversation, unknown, model))
    : notice;
}

/** Whether there is another form to try: once is enough to know that it is not the form. */
function canReencode(ids: readonly string[], conversation: Conversation): boolean {
  return allImages(conversation).some(
    ({ id, prepared }) =>
      ids.includes(id) && prepared?.notes.every(({ kind }) => kind !== 'reencoded'),
  );
}

/** Says what each way would do, so that it is a choice. */
function withWaysOut(notice: Notice, { smaller, images, turns }: WaysOut): Notice {
  const sentences = [notice.message];
  const actions: NoticeAction[] = [];
  if (smaller) {
    actions.push('sendImagesSmaller');
    sentences.push(
      l10n.t(
        'Sending the images smaller saves {0} tokens with every message; what is cached of them is lost once.',
        formatCount(smaller.tokensSaved, LOCALE),
      ),
    );
  }
  if (images.length > 0) {
    actions.push('leaveOutOldestImages');
    sentences.push(l10n.t('Oldest images: {0}.', listNames(images)));
  }
  if (turns.length > 0) {
    actions.push('leaveOutOldestTurns');
    sentences.push(
      turns.length === 1
        ? l10n.t('Oldest turns: the first question and its answer.')
        : l10n.t(
            'Oldest turns: the first {0} questions and their answers.',
            formatCount(turns.length, LOCALE),
          ),
    );
  }
  if (actions.length === 0) {
    return notice;
  }
  return {
    ...notice,
    message: [...sentences, l10n.t('What is left out stays in sight.')].join(' '),
    actions: [...actions, 'newConversation'],
    images: images.map(({ id }) => id),
    turns,
    ...(smaller && { detail: smaller.detail }),
  };
}
