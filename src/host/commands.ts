import * as vscode from 'vscode';
import type { ApiKeys } from './apiKeys.ts';
import { conversationDocument } from './history/conversationDocument.ts';
import { exportConversation } from './history/exportConversation.ts';
import { deleteConversations, named, renameConversation } from './history/historyActions.ts';
import { manageStorage } from './history/manageStorage.ts';
import type { ConversationEditor } from './panel/conversationEditor.ts';
import type { ConversationView } from './panel/conversationView.ts';
import { COMMANDS, type CommandId } from './ids.ts';
import { imageCommands } from './imageCommands.ts';
import { pickConversation, type HistoryServices } from './history/pickConversation.ts';
import { manageUploads, type ManageUploadsServices } from './manageUploads.ts';
import { selectModel } from './settings/selectModel.ts';

/** What the commands act on. */
export interface CommandServices extends HistoryServices, ManageUploadsServices {
  readonly view: ConversationView;
  readonly editor: ConversationEditor;
  readonly keys: ApiKeys;
  readonly log: vscode.LogOutputChannel;
}

/** What each command of the manifest does with the arguments that it is given. */
export type CommandHandlers = Readonly<
  Record<CommandId, (args: readonly unknown[]) => Promise<void> | void>
>;

export function commandHandlers(services: CommandServices): CommandHandlers {
  const { conversations, archive, view, editor, keys, log } = services;
  return {
    ...imageCommands(conversations, view),
    [COMMANDS.attachFromClipboard]: async () => {
      if (!editor.readClipboard()) {
        await view.readClipboard();
      }
    },
    [COMMANDS.newConversation]: async () => {
      conversations.startNew();
      await view.reveal();
    },
    [COMMANDS.openConversation]: async () => {
      if (await pickConversation(services)) {
        await view.reveal();
      }
    },
    [COMMANDS.exportConversation]: () =>
      exportConversation(services, conversations.current.state.id),
    [COMMANDS.renameConversation]: async () => {
      await renameConversation(archive, named(conversations.current.state));
    },
    [COMMANDS.deleteConversation]: async () => {
      await deleteConversations(archive, [named(conversations.current.state)]);
    },
    [COMMANDS.manageStorage]: () => manageStorage(archive),
    [COMMANDS.openInEditor]: () => editor.reveal(),
    [COMMANDS.copyConversation]: async () => {
      await vscode.env.clipboard.writeText(conversationDocument(conversations.current.state));
    },
    [COMMANDS.manageUploads]: () => manageUploads(services),
    [COMMANDS.selectModel]: () => selectModel(),
    [COMMANDS.setApiKey]: async () => {
      await keys.ask();
    },
    [COMMANDS.removeApiKey]: () => removeApiKey(keys),
    [COMMANDS.showLog]: () => log.show(),
  };
}

async function removeApiKey(keys: ApiKeys): Promise<void> {
  const { environmentKeyLeft } = await keys.remove();
  await vscode.window.showInformationMessage(
    environmentKeyLeft
      ? vscode.l10n.t('The API key was removed. ANTHROPIC_API_KEY of the environment is used now.')
      : vscode.l10n.t('The API key was removed.'),
  );
}
