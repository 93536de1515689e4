import * as vscode from 'vscode';
import type { Conversation } from '../../core/conversation/conversation.ts';
import type { StorageFault } from '../../core/failure.ts';
import type { ConversationArchive } from '../conversation/conversationArchive.ts';
import { logUnexpected } from '../log.ts';
import { namesOf } from '../storage/conversationSummary.ts';
import { storageNotice } from '../wording/storageWording.ts';
import { automaticName, conversationName } from './conversationLabel.ts';

/** A conversation by its id, and what it is called. */
export interface Named {
  readonly id: string;
  readonly label: string;
}

/** One whose title can be changed. */
export interface Renamed {
  readonly id: string;
  /** As the user gave it. */
  readonly title: string | undefined;
  readonly automatic: string;
}

/** Asks for another title. */
export async function renameConversation(
  archive: ConversationArchive,
  { id, title: before, automatic }: Renamed,
): Promise<void> {
  const title = await vscode.window.showInputBox({
    title: vscode.l10n.t('Rename Conversation'),
    prompt: vscode.l10n.t('Empty: its images or first words name it.'),
    value: before ?? '',
    placeHolder: automatic,
  });
  if (title === undefined) {
    return;
  }
  const renamed = await archive.rename(id, title.trim());
  if (!renamed.ok) {
    await showFault(renamed.error);
  }
}

/** Asks, and deletes conversations with their images. */
export async function deleteConversations(
  archive: ConversationArchive,
  chosen: readonly Named[],
): Promise<void> {
  const [first] = chosen;
  if (!first) {
    return;
  }
  const remove = vscode.l10n.t('Delete');
  const answer = await vscode.window.showWarningMessage(
    chosen.length === 1
      ? vscode.l10n.t('Delete "{0}" with its images?', first.label)
      : vscode.l10n.t('Delete {0} conversations with their images?', chosen.length),
    {
      modal: true,
      detail: vscode.l10n.t('This cannot be undone. Files of your workspace are not touched.'),
    },
    remove,
  );
  if (answer !== remove) {
    return;
  }
  for (const { id, label } of chosen) {
    const deleted = await archive.delete(id);
    if (!deleted.ok) {
      await (deleted.error.kind === 'openElsewhere'
        ? vscode.window.showWarningMessage(
            vscode.l10n.t('"{0}" is open in another window. Close it there first.', label),
          )
        : showFault(deleted.error));
    }
  }
}

/** What an open conversation is called. */
export function named(conversation: Conversation): Named & Renamed {
  const names = namesOf(conversation);
  const { title } = names;
  const label = conversationName(names);
  return { id: conversation.id, label, title, automatic: automaticName(names) };
}

/** Tells why nothing was done with a conversation. */
export async function showFault(fault: StorageFault): Promise<void> {
  const message =
    fault.kind === 'openElsewhere'
      ? vscode.l10n.t('This conversation is open in another window. Close it there first.')
      : storageNotice(fault).message;
  await vscode.window.showErrorMessage(message);
}

/** The files that were told of in this window. */
const told = new Set<string>();

/** Tells what a list of conversations lacks: in one message, and of each file once in a window. */
export async function showFaultsOfList(faults: readonly StorageFault[]): Promise<void> {
  const unknown = faults.filter((fault) => !told.has(fileOf(fault)));
  for (const fault of unknown) {
    told.add(fileOf(fault));
  }
  const [first] = unknown;
  if (first && unknown.length === 1) {
    await showFault(first);
  } else if (first) {
    await vscode.window.showErrorMessage(
      vscode.l10n.t(
        '{0} conversations are not in the list. The first of them: {1}',
        unknown.length,
        storageNotice(first).message,
      ),
    );
  }
}

/** Tells of an error that an action on a conversation ended with. */
export function showError(log: vscode.LogOutputChannel, error: unknown): void {
  logUnexpected(log, 'The list of conversations failed', error);
  const reason = error instanceof Error ? error.message : String(error);
  void vscode.window.showErrorMessage(vscode.l10n.t('That could not be done: {0}', reason));
}

function fileOf(fault: StorageFault): string {
  return `${fault.kind} ${'file' in fault ? fault.file : fault.id}`;
}
