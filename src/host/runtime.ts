import * as vscode from 'vscode';
import { ImagePreparer } from '../imaging/prepareImage.ts';
import { ApiKeys } from './apiKeys.ts';
import { commandHandlers, type CommandHandlers } from './commands.ts';
import { connect } from './connect.ts';
import { BlobStore } from './conversation/blobStore.ts';
import { Conversations } from './conversation/conversations.ts';
import { Disposable } from './disposable.ts';
import { SETTINGS, SETTINGS_SECTION } from './ids.ts';
import { TemporaryImages } from './images/temporaryImages.ts';
import { Thumbnails } from './images/thumbnails.ts';
import { trackLastEditor } from './panel/codeActions.ts';
import { ConversationEditor } from './panel/conversationEditor.ts';
import { ConversationView } from './panel/conversationView.ts';
import { PanelOptionsSource } from './panel/panelOptions.ts';

/** Settings on which it depends how images are prepared. */
const PREPARATION_SETTINGS = [SETTINGS.model, SETTINGS.detail] as const;

/** Everything that the extension is made of, built when something of it is first used. */
export class Runtime extends Disposable {
  readonly view: ConversationView;
  readonly commands: CommandHandlers;

  constructor(context: vscode.ExtensionContext) {
    super();
    const log = this.register(
      vscode.window.createOutputChannel(vscode.l10n.t('Vision for Claude'), { log: true }),
    );
    const blobs = new BlobStore();
    const temporary = this.register(
      new TemporaryImages(context.storageUri ?? context.globalStorageUri),
    );
    const preparer = this.register(
      new ImagePreparer({ workerFile: context.asAbsolutePath('dist/imaging/worker.cjs') }),
    );
    const keys = this.register(
      new ApiKeys(
        context.secrets,
        async (key, signal) => {
          const api = await connect(key, log);
          return api.ok ? api.value.checkKey(signal) : api;
        },
        log,
      ),
    );
    const options = this.register(new PanelOptionsSource(keys));
    const conversations = this.register(
      new Conversations({
        keys,
        blobs,
        preparer,
        log,
        connect: (apiKey) => connect(apiKey, log),
      }),
    );
    const thumbnails = new Thumbnails(blobs, preparer, log);
    const pageServices = { conversations, blobs, thumbnails, options, temporary, log };
    this.view = this.register(new ConversationView(context.extensionUri, pageServices));
    const editor = this.register(new ConversationEditor(context.extensionUri, pageServices));
    this.commands = commandHandlers({ conversations, view: this.view, editor, keys, log });
    this.register(trackLastEditor());
    this.register(
      keys.onDidChange(async () => {
        if ((await keys.get()) !== undefined) {
          await conversations.keyWasSet();
        }
      }),
    );
    this.register(
      vscode.workspace.onDidChangeConfiguration(async (change) => {
        const affects = (key: string): boolean =>
          change.affectsConfiguration(`${SETTINGS_SECTION}.${key}`);
        if (PREPARATION_SETTINGS.some(affects)) {
          await conversations.modelChanged();
        }
      }),
    );
  }
}
