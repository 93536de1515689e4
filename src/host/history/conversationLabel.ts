import * as vscode from 'vscode';
import type { ConversationSummary } from '../storage/conversationSummary.ts';
import { LOCALE } from '../wording/imageLabels.ts';
import { formatFileSize } from '../wording/locale.ts';

/** What a conversation is called: by its user, by its images, or by its first words. */
export function conversationLabel({
  title,
  images,
  firstText,
}: Pick<ConversationSummary, 'title' | 'images' | 'firstText'>): string {
  const names = images.map(({ name }) => name).join(', ');
  const label = title ?? (names || firstText.trim().replaceAll(/\s+/g, ' '));
  return label || vscode.l10n.t('Without a title');
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
