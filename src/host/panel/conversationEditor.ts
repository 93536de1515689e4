import * as vscode from 'vscode';
import { conversationHtml, resourceRoots } from './conversationHtml.ts';
import { ConversationPage } from './conversationPage.ts';
import { Disposable } from '../disposable.ts';
import { CONVERSATION_EDITOR } from '../ids.ts';
import type { PageServices } from './pageServices.ts';

interface OpenEditor {
  readonly panel: vscode.WebviewPanel;
  readonly page: ConversationPage;
}

/** The page of the view "Conversation" as an editor; there is one at most. */
export class ConversationEditor extends Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #services: PageServices;
  #open: OpenEditor | undefined;
  #focusWanted = false;

  constructor(extensionUri: vscode.Uri, services: PageServices) {
    super();
    this.#extensionUri = extensionUri;
    this.#services = services;
  }

  /** Opens the editor, or brings the open one to the front, and moves the keyboard to its message box. */
  reveal(): void {
    // A page that is not in sight is built anew, and takes no message before it says so.
    this.#focusWanted = !this.#open?.panel.visible;
    if (this.#open) {
      this.#open.panel.reveal();
      this.#open.page.focusMessage();
    } else {
      this.#open = this.#create();
    }
  }

  /** Attaches the image in the clipboard. False when this is not the editor in use. */
  readClipboard(): boolean {
    if (!this.#open?.panel.active) {
      return false;
    }
    this.#open.page.readClipboard();
    return true;
  }

  override dispose(): void {
    this.#open?.panel.dispose();
    super.dispose();
  }

  #create(): OpenEditor {
    const panel = vscode.window.createWebviewPanel(
      CONVERSATION_EDITOR,
      vscode.l10n.t('Conversation'),
      vscode.ViewColumn.Active,
      // The page is built anew when its tab is shown again: the host has the conversation.
      {
        enableScripts: true,
        enableFindWidget: true,
        retainContextWhenHidden: false,
        localResourceRoots: resourceRoots(this.#extensionUri),
      },
    );
    const icon = (theme: string): vscode.Uri =>
      vscode.Uri.joinPath(this.#extensionUri, 'media', `view-${theme}.svg`);
    // A tab shows an icon as it is: one in the current colour would be black in a dark theme.
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    const page = new ConversationPage(panel.webview, this.#services);
    page.onDidConnect(() => {
      if (this.#focusWanted) {
        this.#focusWanted = false;
        page.focusMessage();
      }
    });
    panel.onDidDispose(() => {
      page.dispose();
      this.#open = undefined;
    });
    panel.webview.html = conversationHtml(panel.webview, this.#extensionUri);
    return { panel, page };
  }
}
