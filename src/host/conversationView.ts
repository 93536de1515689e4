import * as vscode from 'vscode';
import type { BlobStore } from './blobStore.ts';
import { conversationHtml, resourceRoots } from './conversationHtml.ts';
import { ConversationPage } from './conversationPage.ts';
import type { Conversations } from './conversations.ts';
import { Disposable } from './disposable.ts';
import { CONVERSATION_VIEW } from './ids.ts';

/** The view "Conversation" in the secondary side bar. */
export class ConversationView extends Disposable implements vscode.WebviewViewProvider {
  readonly #extensionUri: vscode.Uri;
  readonly #conversations: Conversations;
  readonly #blobs: BlobStore;
  readonly #log: vscode.LogOutputChannel;
  #page: ConversationPage | undefined;

  constructor(
    extensionUri: vscode.Uri,
    conversations: Conversations,
    blobs: BlobStore,
    log: vscode.LogOutputChannel,
  ) {
    super();
    this.#extensionUri = extensionUri;
    this.#conversations = conversations;
    this.#blobs = blobs;
    this.#log = log;
    this.register(vscode.window.registerWebviewViewProvider(CONVERSATION_VIEW, this));
  }

  resolveWebviewView({ webview, onDidDispose }: vscode.WebviewView): void {
    webview.options = {
      enableScripts: true,
      localResourceRoots: resourceRoots(this.#extensionUri),
    };
    const page = new ConversationPage(webview, this.#conversations, this.#blobs, this.#log);
    this.#page = page;
    onDidDispose(() => {
      page.dispose();
      if (this.#page === page) {
        this.#page = undefined;
      }
    });
    webview.html = conversationHtml(webview, this.#extensionUri);
  }

  /** Opens the view and moves the keyboard to its message box. */
  async reveal(): Promise<void> {
    await vscode.commands.executeCommand(`${CONVERSATION_VIEW}.focus`);
    this.#page?.focusMessage();
  }

  override dispose(): void {
    this.#page?.dispose();
    super.dispose();
  }
}
