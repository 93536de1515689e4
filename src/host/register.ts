import * as vscode from 'vscode';
import { ImagePreparer } from '../imaging/prepareImage.ts';
import { ApiKeys } from './apiKeys.ts';
import { BlobStore } from './blobStore.ts';
import { trackLastEditor } from './codeActions.ts';
import { registerCommands } from './commands.ts';
import { connect } from './connect.ts';
import { ConversationEditor } from './conversationEditor.ts';
import { Conversations } from './conversations.ts';
import { ConversationView } from './conversationView.ts';
import { SETTINGS, SETTINGS_SECTION } from './ids.ts';
import { PanelOptionsSource } from './panelOptions.ts';
import { TemporaryImages } from './temporaryImages.ts';

/** Settings on which it depends how images are prepared. */
const PREPARATION_SETTINGS = [SETTINGS.model, SETTINGS.detail] as const;

/** Builds what the extension shares and registers what it contributes. Does no work of its own. */
export function registerExtension(context: vscode.ExtensionContext): vscode.Disposable {
  const log = vscode.window.createOutputChannel(vscode.l10n.t('Vision for Claude'), { log: true });
  const blobs = new BlobStore();
  const temporary = new TemporaryImages(context.storageUri ?? context.globalStorageUri);
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
  const pageServices = { conversations, blobs, options, temporary, log };
  const view = new ConversationView(context.extensionUri, pageServices);
  const editor = new ConversationEditor(context.extensionUri, pageServices);
  return vscode.Disposable.from(
    log,
    temporary,
    preparer,
    keys,
    options,
    conversations,
    view,
    editor,
    trackLastEditor(),
    registerCommands({ conversations, view, editor, keys, log }),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      const affects = (key: string): boolean =>
        change.affectsConfiguration(`${SETTINGS_SECTION}.${key}`);
      if (PREPARATION_SETTINGS.some(affects)) {
        await conversations.modelChanged();
      }
    }),
  );
}
