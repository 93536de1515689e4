import * as vscode from 'vscode';
import { conversationHtml, resourceRoots } from './conversationHtml.ts';
import { ConversationPage } from './conversationPage.ts';
import { Disposable } from '../disposable.ts';
import { CONVERSATION_VIEW } from '../ids.ts';
import type { PageServices } from './pageServices.ts';

/** The view "Conversation" in the secondary side bar. */
export class ConversationView extends Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #services: PageServices;
  #page: ConversationPage | undefined;

  constructor(extensionUri: vscode.Uri, services: PageServices) {
    super();
    this.#extensionUri = extensionUri;
    this.#services = services;
  }

  /** Fills the view with the page, each time that VS Code draws it anew. */
  resolve({ webview, onDidDispose }: vscode.WebviewView): void {
    webview.options = {
      enableScripts: true,
      localResourceRoots: resourceRoots(this.#extensionUri),
    };
    const page = new ConversationPage(webview, this.#services);
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

  /** Opens the view and attaches the image in the clipboard, which only a page can read. */
  async readClipboard(): Promise<void> {
    await this.reveal();
    this.#page?.readClipboard();
  }

  override dispose(): void {
    this.#page?.dispose();
    super.dispose();
  }
}
