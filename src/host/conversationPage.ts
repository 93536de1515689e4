import * as vscode from 'vscode';
import { allImages, type NoticeAction } from '../core/conversation.ts';
import { parsePageMessage, type HostMessage, type PageMessage } from '../core/protocol.ts';
import type { BlobStore } from './blobStore.ts';
import type { Conversations } from './conversations.ts';
import type { ConversationSession } from './conversationSession.ts';
import { Disposable } from './disposable.ts';
import { COMMANDS, SETTINGS_SECTION } from './ids.ts';
import { logUnexpected } from './log.ts';
import type { PanelOptionsSource } from './panelOptions.ts';
import { pickImages } from './pickImages.ts';

/** Where keys are made and paid for. */
const KEY_PAGE = 'https://platform.claude.com/settings/keys';

/** What a page needs of the extension. */
export interface PageServices {
  readonly conversations: Conversations;
  readonly blobs: BlobStore;
  readonly options: PanelOptionsSource;
  readonly log: vscode.LogOutputChannel;
}

/**
 * Keeps a webview's page in step with the current conversation: a snapshot when the page says that
 * it is ready, events after. The page can go and come back at any time.
 */
export class ConversationPage extends Disposable {
  readonly #webview: vscode.Webview;
  readonly #services: PageServices;
  #following: vscode.Disposable | undefined;

  constructor(webview: vscode.Webview, services: PageServices) {
    super();
    const { conversations, options, log } = services;
    this.#webview = webview;
    this.#services = services;
    this.register(
      webview.onDidReceiveMessage(async (value: unknown) => {
        const message = parsePageMessage(value);
        if (!message) {
          log.warn('The page sent a message that is not known.');
          return;
        }
        try {
          await this.#receive(message);
        } catch (error) {
          logUnexpected(log, `The page's "${message.type}" failed`, error);
          conversations.current.reportUnexpected(error);
        }
      }),
    );
    this.register(
      options.onDidChange((current) => this.#post({ type: 'options', options: current })),
    );
    this.register(
      conversations.onDidChangeCurrent(() => {
        if (this.#following) {
          this.#connect();
        }
      }),
    );
  }

  /** Moves the keyboard to the message box. */
  focusMessage(): void {
    this.#post({ type: 'focusMessage' });
  }

  override dispose(): void {
    this.#following?.dispose();
    super.dispose();
  }

  #connect(): void {
    const session = this.#services.conversations.current;
    this.#following?.dispose();
    this.#post({
      type: 'snapshot',
      conversation: session.state,
      options: this.#services.options.current,
      ...(vscode.l10n.bundle && { l10n: vscode.l10n.bundle }),
      ...draftOf(session),
    });
    this.#following = vscode.Disposable.from(
      session.onDidChange((event) =>
        this.#post({ type: 'event', conversationId: session.state.id, event }),
      ),
      session.onDidHoldText(() => {
        const { draft } = draftOf(session);
        if (draft !== undefined) {
          this.#post({ type: 'draft', text: draft });
        }
      }),
      session.onDidBecomeSendable(() => this.#post({ type: 'sendDraft' })),
    );
  }

  async #receive(message: PageMessage): Promise<void> {
    const session = this.#services.conversations.current;
    switch (message.type) {
      case 'ready':
        await this.#services.options.refresh();
        this.#connect();
        break;
      case 'send':
        await session.send(message.text);
        break;
      case 'stop':
        session.stop();
        break;
      case 'attach':
        await session.attach(await pickImages());
        break;
      case 'removeImage':
        session.removeImage(message.imageId);
        break;
      case 'openImage':
        await this.#openImage(message.imageId);
        break;
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
        break;
      case 'needBlob':
        this.#sendBlob(message.sha256);
        break;
      case 'noticeAction':
        await this.#act(message.action, message.turnId);
        break;
      default:
        this.#services.log.warn(`The page's "${message.type}" has no answer.`);
    }
  }

  async #act(action: NoticeAction, turnId: string | undefined): Promise<void> {
    const session = this.#services.conversations.current;
    switch (action) {
      case 'retry':
        if (turnId !== undefined) {
          await session.retry(turnId);
        }
        break;
      case 'continue':
        await session.send(vscode.l10n.t('Continue exactly where you stopped.'));
        break;
      case 'stop':
        session.stop();
        break;
      case 'getApiKey':
        await vscode.env.openExternal(vscode.Uri.parse(KEY_PAGE));
        break;
      case 'setApiKey':
        await vscode.commands.executeCommand(COMMANDS.setApiKey);
        break;
      case 'newConversation':
        await vscode.commands.executeCommand(COMMANDS.newConversation);
        break;
      case 'openSettings':
        await vscode.commands.executeCommand('workbench.action.openSettings', SETTINGS_SECTION);
        break;
      case 'showLog':
        await vscode.commands.executeCommand(COMMANDS.showLog);
        break;
    }
  }

  async #openImage(imageId: string): Promise<void> {
    const image = allImages(this.#services.conversations.current.state).find(
      ({ id }) => id === imageId,
    );
    if (image?.uri !== undefined) {
      await vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(image.uri, true));
    }
  }

  #sendBlob(sha256: string): void {
    const image = allImages(this.#services.conversations.current.state).find(
      ({ prepared }) => prepared?.sha256 === sha256,
    );
    const bytes = this.#services.blobs.get(sha256);
    if (image?.prepared && bytes) {
      // A copy of its own: a Node buffer would travel as JSON, and a view with all of its pool.
      const copy = new Uint8Array(bytes);
      this.#post({ type: 'blob', sha256, mediaType: image.prepared.mediaType, bytes: copy });
    }
  }

  #post(message: HostMessage): void {
    // False means that the page is not there just now: it gets a snapshot when it comes back.
    this.#webview.postMessage(message).then(undefined, (error: unknown) => {
      this.#services.log.error(`The page could not be told: ${String(error)}`);
    });
  }
}

/** What is held back goes to the page once: from there on it is the user's to edit. */
function draftOf(session: ConversationSession): { readonly draft?: string } {
  const draft = session.takeHeldText();
  return draft === undefined ? {} : { draft };
}
