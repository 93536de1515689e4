import * as vscode from 'vscode';
import { conversationMarkdown } from '../core/conversationMarkdown.ts';
import type { ApiKeys } from './apiKeys.ts';
import type { ConversationEditor } from './conversationEditor.ts';
import type { Conversations } from './conversations.ts';
import { conversationTexts } from './conversationTexts.ts';
import type { ConversationView } from './conversationView.ts';
import { COMMANDS } from './ids.ts';
import { ImageCommands } from './imageCommands.ts';
import { pickConversation } from './pickConversation.ts';
import { selectModel } from './selectModel.ts';

/** What the commands act on. */
export interface CommandServices {
  readonly conversations: Conversations;
  readonly view: ConversationView;
  readonly editor: ConversationEditor;
  readonly keys: ApiKeys;
  readonly log: vscode.LogOutputChannel;
}

/** Registers every command of the manifest. */
export function registerCommands(services: CommandServices): vscode.Disposable {
  const { conversations, view, editor, keys, log } = services;
  const { registerCommand } = vscode.commands;
  return vscode.Disposable.from(
    new ImageCommands(conversations, view),
    registerCommand(COMMANDS.attachFromClipboard, async () => {
      if (!editor.readClipboard()) {
        await view.readClipboard();
      }
    }),
    registerCommand(COMMANDS.newConversation, async () => {
      conversations.startNew();
      await view.reveal();
    }),
    registerCommand(COMMANDS.openConversation, async () => {
      const session = await pickConversation(conversations);
      if (session) {
        conversations.open(session);
        await view.reveal();
      }
    }),
    registerCommand(COMMANDS.openInEditor, () => editor.reveal()),
    registerCommand(COMMANDS.copyConversation, async () => {
      const markdown = conversationMarkdown(conversations.current.state, conversationTexts());
      await vscode.env.clipboard.writeText(markdown);
    }),
    registerCommand(COMMANDS.selectModel, () => selectModel()),
    registerCommand(COMMANDS.setApiKey, async () => {
      if ((await keys.ask()) !== undefined) {
        await conversations.current.keyWasSet();
      }
    }),
    registerCommand(COMMANDS.removeApiKey, async () => removeApiKey(keys)),
    registerCommand(COMMANDS.showLog, () => log.show()),
  );
}

async function removeApiKey(keys: ApiKeys): Promise<void> {
  const { environmentKeyLeft } = await keys.remove();
  await vscode.window.showInformationMessage(
    environmentKeyLeft
      ? vscode.l10n.t('The API key was removed. ANTHROPIC_API_KEY of the environment is used now.')
      : vscode.l10n.t('The API key was removed.'),
  );
}
