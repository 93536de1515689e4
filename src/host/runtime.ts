import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { ImagePreparer } from '../imaging/prepareImage.ts';
import { ApiKeys } from './apiKeys.ts';
import { commandHandlers, type CommandHandlers } from './commands.ts';
import { connect } from './connect.ts';
import { isAnswering } from '../core/conversation/conversation.ts';
import { BlobStore } from './conversation/blobStore.ts';
import { CacheRefusals } from './conversation/cacheRefusals.ts';
import { ConversationArchive } from './conversation/conversationArchive.ts';
import { Conversations } from './conversation/conversations.ts';
import { RequestImages } from './conversation/requestImages.ts';
import { UploadedImages } from './conversation/uploadedImages.ts';
import { filesConnection, Uploads } from './conversation/uploads.ts';
import { UploadStore } from './conversation/uploadStore.ts';
import { windowAnswers } from './windowAnswers.ts';
import { nameWorkspace } from './storage/otherWorkspaces.ts';
import { workspaceName, workspaceStorage } from './workspaceStorage.ts';
import { Disposable } from './disposable.ts';
import { tellWhenMuch } from './history/manageStorage.ts';
import { SETTINGS, SETTINGS_SECTION } from './ids.ts';
import { TemporaryImages } from './images/temporaryImages.ts';
import { ThumbnailFiles } from './images/thumbnailFiles.ts';
import { Thumbnails } from './images/thumbnails.ts';
import { logUnexpected } from './log.ts';
import { trackLastEditor } from './panel/codeActions.ts';
import { ConversationEditor } from './panel/conversationEditor.ts';
import { ConversationView } from './panel/conversationView.ts';
import { BlobFiles } from './storage/blobFiles.ts';
import { Claims } from './storage/claims.ts';
import { ConversationFiles } from './storage/conversationFiles.ts';
import { LastConversation } from './storage/lastConversation.ts';
import { SightPanel } from './panel/sightPanel.ts';
import { PanelOptionsSource } from './panel/panelOptions.ts';

/** Settings on which it depends how images are prepared. */
const PREPARATION_SETTINGS = [SETTINGS.model, SETTINGS.detail] as const;

/** Everything that the extension is made of, built when something of it is first used. */
export class Runtime extends Disposable {
  readonly view: ConversationView;
  readonly commands: CommandHandlers;

  readonly #log: vscode.LogOutputChannel;
  readonly #claims: Claims;
  readonly #conversations: Conversations;
  readonly #archive: ConversationArchive;

  /** With the conversation that was current when the workspace was last open. */
  static async start(context: vscode.ExtensionContext): Promise<Runtime> {
    const runtime = new Runtime(context);
    runtime.#claims.listen();
    await runtime.#restore();
    void runtime.#tidyUp(context);
    return runtime;
  }

  /** A conversation that cannot be restored, for whatever reason, keeps nobody from a new one. */
  async #restore(): Promise<void> {
    try {
      await this.#conversations.restore();
    } catch (error) {
      logUnexpected(this.#log, 'Conversation not restored', error);
      this.#conversations.current.reportUnexpected(error);
    }
  }

  /** What nothing refers to any more is deleted while nobody waits for it. */
  async #tidyUp(context: vscode.ExtensionContext): Promise<void> {
    try {
      await nameWorkspace(workspaceStorage(context).fsPath, workspaceName());
      await this.#archive.collectGarbage();
      await tellWhenMuch(this.#archive, context.workspaceState, (notice) =>
        this.#conversations.current.showNotice(notice),
      );
    } catch (error) {
      logUnexpected(this.#log, 'Storage not tidied up', error);
    }
  }

  private constructor(context: vscode.ExtensionContext) {
    super();
    const log = this.register(
      vscode.window.createOutputChannel(vscode.l10n.t('Vision for Claude'), { log: true }),
    );
    this.#log = log;
    const storage = workspaceStorage(context);
    const files = new ConversationFiles(storage.fsPath);
    const blobFiles = new BlobFiles(storage.fsPath);
    const blobs = new BlobStore(blobFiles, (error) =>
      logUnexpected(log, 'Image not written to disk', error),
    );
    const temporary = this.register(new TemporaryImages(storage));
    const uploads = new Uploads({
      store: new UploadStore({
        file: join(storage.fsPath, 'uploads.json'),
        onSetAside: (file, reason) =>
          log.error(`The list of uploads was set aside (${reason}): ${basename(file)}`),
      }),
      bytes: async (sha256) => blobs.get(sha256),
      log,
    });
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
    const uploadedImages = new UploadedImages({
      uploads,
      connect: async () => {
        const key = await keys.get();
        const api = key === undefined ? undefined : await connect(key, log);
        return key !== undefined && api?.ok ? filesConnection(api.value.files, key) : undefined;
      },
      images: {
        used: async () => this.#archive.usedImages(),
        names: async () => this.#archive.imageNames(),
      },
      log,
    });
    this.#claims = this.register(
      new Claims(
        join(storage.fsPath, 'claims'),
        {
          holds: (id) => this.#conversations.byId(id) !== undefined,
          isInUse: async (id) => {
            const session = this.#conversations.byId(id);
            // A busy window may be slow to answer: what it is paying for is not taken away.
            return (session !== undefined && isAnswering(session.state)) || windowAnswers();
          },
          letGo: async (id) => this.#conversations.close(id),
        },
        (error) => logUnexpected(log, 'Claims of other windows not answered', error),
      ),
    );
    const conversations = this.register(
      new Conversations({
        keys,
        blobs,
        requestImages: new RequestImages(uploads),
        preparer,
        log,
        cacheRefusals: new CacheRefusals(log),
        connect: (apiKey) => connect(apiKey, log),
        files,
        claims: this.#claims,
        last: new LastConversation(storage.fsPath, (error) =>
          logUnexpected(log, 'The conversation in sight not remembered', error),
        ),
      }),
    );
    this.#conversations = conversations;
    const archive = new ConversationArchive({ conversations, files, blobFiles, uploadedImages });
    this.#archive = archive;
    const thumbnailFiles = new ThumbnailFiles(storage.fsPath);
    const thumbnails = new Thumbnails(blobs, preparer, thumbnailFiles, log);
    const sight = this.register(new SightPanel(context.extensionUri, { blobs, preparer, log }));
    const pageServices = { conversations, blobs, thumbnails, options, temporary, sight, log };
    this.view = this.register(new ConversationView(context.extensionUri, pageServices));
    const editor = this.register(new ConversationEditor(context.extensionUri, pageServices));
    this.commands = commandHandlers({
      conversations,
      archive,
      blobs,
      thumbnails,
      thumbnailFiles,
      view: this.view,
      editor,
      keys,
      log,
      uploads,
      uploadedImages,
      connect: (apiKey) => connect(apiKey, log),
    });
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
