import { l10n } from 'vscode';
import type { Notice } from '../../core/conversation/conversation.ts';
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
