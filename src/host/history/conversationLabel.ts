import * as vscode from 'vscode';
import type { ConversationSummary } from '../storage/conversationSummary.ts';
import { LOCALE } from '../wording/imageLabels.ts';
import { formatFileSize } from '../wording/locale.ts';
import { labelText, withoutIcons } from './labelText.ts';

type Names = Pick<ConversationSummary, 'title' | 'images' | 'firstText'>;

/** What a conversation is called, on one line: by its user, by its images, or by its first words. */
export function conversationName(names: Names): string {
  return labelText(names.title ?? '') || automaticName(names);
}

/** What it is called when its user has not named it. */
export function automaticName({ images, firstText }: Omit<Names, 'title'>): string {
  const names = labelText(images.map(({ name }) => name).join(', '));
  return names || labelText(firstText) || vscode.l10n.t('Without a title');
}

/** Its name as VS Code's lists show it. */
export function conversationLabel(names: Names): string {
  return withoutIcons(conversationName(names));
}

/** When it was last written to, how much is in it, and what it takes on disk. */
export function conversationDetail({
  updatedAt,
  turns,
  images,
  bytes,
}: ConversationSummary): string {
  const when = new Intl.DateTimeFormat(LOCALE.language, {
    dateStyle: 'medium',
    timeStyle: 'short',
  }).format(updatedAt);
  return [
    when,
    turns === 1 ? vscode.l10n.t('1 turn') : vscode.l10n.t('{0} turns', turns),
    ...(images.length === 0
      ? []
      : [
          images.length === 1
            ? vscode.l10n.t('1 image')
            : vscode.l10n.t('{0} images', images.length),
        ]),
    formatFileSize(bytes, LOCALE),
  ].join(' · ');
}
