import * as vscode from 'vscode';
import type { ConversationArchive } from '../conversation/conversationArchive.ts';
import type { ConversationSummary } from '../storage/conversationSummary.ts';
import { LOCALE } from '../wording/imageLabels.ts';
import { muchStorageNotice } from '../wording/storageWording.ts';
import type { OtherWorkspace } from '../storage/otherWorkspaces.ts';
import { formatFileSize } from '../wording/locale.ts';
import { conversationDetail, conversationLabel } from './conversationLabel.ts';
import type { Notice } from '../../core/conversation/conversation.ts';
import { deleteConversations, showFaultsOfList } from './historyActions.ts';
import { manageOthers } from './manageOthers.ts';

interface Item extends vscode.QuickPickItem {
  /** `undefined` for the one that stands for other workspaces. */
  readonly id: string | undefined;
}

/** From so many bytes on, the user is told what lies on disk. */
const MUCH = 1024 * 1024 * 1024;

/** From so many bytes on, every window says so when it begins. */
const TOO_MUCH = 2 * MUCH;

/** Where it is remembered that the user was told. */
const TOLD = 'toldOfStorage';

/** Shows what the conversations of the workspace take on disk, the largest first, to delete some. */
export async function manageStorage(archive: ConversationArchive): Promise<void> {
  const freed = await archive.collectGarbage();
  const { conversations: all, faults } = await archive.list();
  void showFaultsOfList(faults);
  const total = formatFileSize(await archive.bytesOnDisk(), LOCALE);
  const others = await archive.others();
  const chosen = await vscode.window.showQuickPick([...bySize(all), ...itemOfOthers(others)], {
    canPickMany: true,
    matchOnDetail: true,
    title:
      freed > 0
        ? vscode.l10n.t(
            'Conversations of this workspace: {0} on disk, {1} freed just now',
            total,
            formatFileSize(freed, LOCALE),
          )
        : vscode.l10n.t('Conversations of this workspace: {0} on disk', total),
    placeHolder: vscode.l10n.t('Choose conversations to delete with their images'),
  });
  const own = (chosen ?? []).flatMap(({ id, label }) => (id === undefined ? [] : [{ id, label }]));
  await deleteConversations(archive, own);
  if (chosen?.some(({ id }) => id === undefined)) {
    await manageOthers(archive, others);
  }
}

/**
 * Tells the user when much lies on disk: once, and again when it had become less; when it is far too
 * much, each time that a window begins, in its conversation. Nothing is kept back or deleted for it.
 */
export async function tellWhenMuch(
  archive: ConversationArchive,
  memory: vscode.Memento,
  showNotice: (notice: Notice) => void,
): Promise<void> {
  const bytes = await archive.bytesOnDisk();
  const wasTold = memory.get(TOLD) === true;
  await memory.update(TOLD, bytes >= MUCH);
  if (bytes >= TOO_MUCH) {
    showNotice(muchStorageNotice(formatFileSize(bytes, LOCALE)));
    return;
  }
  if (bytes < MUCH || wasTold) {
    return;
  }
  const show = vscode.l10n.t('Show Storage');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      'The conversations of this workspace take {0} on disk.',
      formatFileSize(bytes, LOCALE),
    ),
    show,
  );
  if (answer === show) {
    await manageStorage(archive);
  }
}

function itemOfOthers(others: readonly OtherWorkspace[]): readonly Item[] {
  const bytes = others.reduce((sum, other) => sum + other.bytes, 0);
  return others.length === 0
    ? []
    : [
        {
          id: undefined,
          label: vscode.l10n.t('Other workspaces...'),
          description: formatFileSize(bytes, LOCALE),
          detail: vscode.l10n.t('Choose it to see them and delete what they keep'),
        },
      ];
}

function bySize(conversations: readonly ConversationSummary[]): readonly Item[] {
  return conversations
    .toSorted((one, other) => other.bytes - one.bytes)
    .map((conversation) => ({
      id: conversation.id,
      label: conversationLabel(conversation),
      description: formatFileSize(conversation.bytes, LOCALE),
      detail: conversationDetail(conversation),
    }));
}
