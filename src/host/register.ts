import * as vscode from 'vscode';
import { ImagePreparer } from '../imaging/prepareImage.ts';
import { ApiKeys } from './apiKeys.ts';
import { BlobStore } from './blobStore.ts';
import { connect } from './connect.ts';
import { Conversations } from './conversations.ts';
import { ConversationView } from './conversationView.ts';
import { describeImage } from './describeImage.ts';
import { COMMANDS, SETTINGS, SETTINGS_SECTION } from './ids.ts';
import { PanelOptionsSource } from './panelOptions.ts';
import { pickConversation } from './pickConversation.ts';

/** Builds what the extension shares and registers what it contributes. Does no work of its own. */
export function registerExtension(context: vscode.ExtensionContext): vscode.Disposable {
  const log = vscode.window.createOutputChannel(vscode.l10n.t('Vision for Claude'), { log: true });
  const blobs = new BlobStore();
  const preparer = new ImagePreparer({
    workerFile: context.asAbsolutePath('dist/imaging/worker.cjs'),
  });
  const keys = new ApiKeys(
    context.secrets,
    async (key, signal) => {
      const api = await connect(key, log);
      return api.ok ? api.value.checkKey(signal) : api;
    },
    log,
  );
  const conversations = new Conversations({
    keys,
    blobs,
    preparer,
    log,
    connect: (apiKey) => connect(apiKey, log),
  });
  const options = new PanelOptionsSource(keys);
  const view = new ConversationView(context.extensionUri, { conversations, blobs, options, log });
  return vscode.Disposable.from(
    log,
    preparer,
    keys,
    options,
    conversations,
    view,
    registerCommands(conversations, view, keys, log),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration(`${SETTINGS_SECTION}.${SETTINGS.model}`)) {
        await conversations.modelChanged();
      }
    }),
  );
}

function registerCommands(
  conversations: Conversations,
  view: ConversationView,
  keys: ApiKeys,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const { registerCommand } = vscode.commands;
  return vscode.Disposable.from(
    registerCommand(COMMANDS.describeImage, (resource: unknown, selection: unknown) =>
      describeImage(conversations, view, resource, selection),
    ),
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
    registerCommand(COMMANDS.setApiKey, async () => {
      if ((await keys.ask()) !== undefined) {
        await conversations.current.keyWasSet();
      }
    }),
    registerCommand(COMMANDS.removeApiKey, async () => {
      const { environmentKeyLeft } = await keys.remove();
      await vscode.window.showInformationMessage(
        environmentKeyLeft
          ? vscode.l10n.t(
              'The API key was removed. ANTHROPIC_API_KEY of the environment is used now.',
            )
          : vscode.l10n.t('The API key was removed.'),
      );
    }),
    registerCommand(COMMANDS.showLog, () => log.show()),
  );
}
