import * as vscode from 'vscode';
import {
  parsePageMessage,
  type HostMessage,
  type PageMessage,
} from '../../core/conversation/protocol.ts';
import type { ConversationSession } from '../conversation/conversationSession.ts';
import { Disposable } from '../disposable.ts';
import { logUnexpected } from '../log.ts';
import { PageActions } from './pageActions.ts';
import type { PageServices } from './pageServices.ts';

export type { PageServices } from './pageServices.ts';

/**
 * Keeps a webview's page in step with the current conversation: a snapshot when the page says that
 * it is ready, events after. The page can go and come back at any time.
 */
export class ConversationPage extends Disposable {
  readonly #webview: vscode.Webview;
  readonly #services: PageServices;
  readonly #actions: PageActions;
  #following: vscode.Disposable | undefined;

  constructor(webview: vscode.Webview, services: PageServices) {
    super();
    const { conversations, options, log } = services;
    this.#webview = webview;
    this.#services = services;
    this.#actions = this.register(new PageActions(services, (message) => this.#post(message)));
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

  /** Attaches the image in the clipboard. */
  readClipboard(): void {
    this.#post({ type: 'readClipboard' });
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
    if (message.type === 'ready') {
      await this.#services.options.refresh();
      this.#connect();
    } else {
      await this.#actions.act(message);
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
