import { l10n } from 'vscode';
import type { ConversationTexts } from '../../core/conversation/conversationMarkdown.ts';

/** The words around a conversation that is copied or saved, in the language of VS Code. */
export function conversationTexts(): ConversationTexts {
  return {
    you: l10n.t('You'),
    claude: l10n.t('Claude'),
    image: (number, name) => l10n.t('Image {0}: {1}', number, name),
    replacedImage: (number, name, replaced) =>
      l10n.t('Image {0}: {1} (in place of {2})', number, name, replaced),
    removedImage: (number, name) => l10n.t('Image {0}: {1} (removed)', number, name),
    leftOutImage: (number, name) => l10n.t('Image {0}: {1} (left out)', number, name),
    part: (words, part, count) => l10n.t('{0}, part {1} of {2}', words, part, count),
    status: {
      waiting: l10n.t('There is no answer yet.'),
      streaming: l10n.t('The answer was still on its way.'),
      cutOff: l10n.t('The answer was cut off at a limit.'),
      stopped: l10n.t('The answer was stopped.'),
      failed: l10n.t('The answer failed.'),
      refused: l10n.t('Claude declined to answer.'),
    },
  };
}
