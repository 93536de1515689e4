import { l10n } from 'vscode';
import type { Notice } from '../../core/conversation/conversation.ts';
import type { NotOffered } from '../../core/conversation/protocol.ts';
import { MANY_IMAGES, MAX_EDGE_MANY_IMAGES } from '../../core/plan/limits.ts';
import { LOCALE } from './imageLabels.ts';
import { formatCount } from './locale.ts';

/** More images were offered than a conversation takes. */
export function tooManyImagesNotice(limit: number, leftOut: number): Notice {
  return {
    severity: 'warning',
    message:
      leftOut === 1
        ? l10n.t('A conversation takes {0} images; one was left out.', limit)
        : l10n.t(
            'A conversation takes {0} images; the other {1} were left out.',
            limit,
            formatCount(leftOut, LOCALE),
          ),
    actions: ['newConversation'],
  };
}

/** Images that were ready, or sent before, are made smaller because others were added. */
export function smallerImagesNotice(count: number): Notice {
  const reason = [MANY_IMAGES, MAX_EDGE_MANY_IMAGES] as const;
  return {
    severity: 'info',
    message:
      count === 1
        ? l10n.t(
            'One image of this conversation is made smaller: with more than {0} images, the API takes edges of {1} pixels at most.',
            ...reason,
          )
        : l10n.t(
            '{2} images of this conversation are made smaller: with more than {0} images, the API takes edges of {1} pixels at most.',
            ...reason,
            count,
          ),
    actions: [],
  };
}

/** Images that were sent are made smaller because the server takes no longer edges. */
export function shortenedImagesNotice(count: number, maxEdge: number): Notice {
  return {
    severity: 'info',
    message:
      count === 1
        ? l10n.t(
            'One image of this conversation is made smaller: the API takes edges of {0} pixels at most.',
            maxEdge,
          )
        : l10n.t(
            '{1} images of this conversation are made smaller: the API takes edges of {0} pixels at most.',
            maxEdge,
            count,
          ),
    actions: [],
  };
}

/** An image that was sent could not be prepared anew, for the reason that another notice gives. */
export function sentAsBeforeNotice(reason: Notice | undefined): Notice {
  return {
    severity: 'warning',
    message: [l10n.t('This image goes on as it was sent before.'), reason?.message ?? '']
      .join(' ')
      .trim(),
    actions: [],
  };
}

/** Parts of dropped folders that were not read, where no question has said so. */
export function notReadNotice(offer: NotOffered): Notice | undefined {
  const message = notReadSentences(offer).join(' ');
  return message === '' ? undefined : { severity: 'warning', message, actions: [] };
}

/** What of dropped folders nobody has looked at. */
export function notReadSentences({
  unreadable = 0,
  unsearched = false,
}: NotOffered): readonly string[] {
  return [
    ...(unreadable > 0
      ? [l10n.t('Files and folders that could not be read: {0}.', formatCount(unreadable, LOCALE))]
      : []),
    ...(unsearched
      ? [l10n.t('There is more in what you dropped than was looked through. Drop smaller folders.')]
      : []),
  ];
}
