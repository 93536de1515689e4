import * as vscode from 'vscode';
import { parsePageMessage } from '../../core/conversation/parsePageMessage.ts';
import { type HostMessage, type PageMessage } from '../../core/conversation/protocol.ts';
import type { MessageBox } from '../conversation/heldMessage.ts';
import type { ConversationSession } from '../conversation/conversationSession.ts';
import { Disposable } from '../disposable.ts';
import { logUnexpected } from '../log.ts';
import { PageActions } from './pageActions.ts';
import type { PageServices } from './pageServices.ts';

/**
 * Keeps a webview's page in step with the current conversation: a snapshot when the page says that
 * it is ready, events after. The page can go and come back at any time.
 */
export class ConversationPage extends Disposable implements MessageBox {
  readonly #webview: vscode.Webview;
  readonly #services: PageServices;
  readonly #actions: PageActions;
  readonly #connected = this.register(new vscode.EventEmitter<void>());
  #following: vscode.Disposable | undefined;

  /** The page has come, or come back, and has been told the conversation. */
  readonly onDidConnect = this.#connected.event;

  constructor(webview: vscode.Webview, services: PageServices) {
    super();
    const { conversations, options, log } = services;
    this.#webview = webview;
    this.#services = services;
    this.#actions = this.register(
      new PageActions(services, this, (message) => this.#post(message)),
    );
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
      options.onDidChange((current) => void this.#post({ type: 'options', options: current })),
    );
    this.register(
      conversations.onDidChangeCurrent(() => {
        if (this.#following) {
          this.#connect();
        }
      }),
    );
  }

  get isGone(): boolean {
    return this.isDisposed;
  }

  /** Moves the keyboard to the message box. */
  focusMessage(): void {
    void this.#post({ type: 'focusMessage' });
  }

  /** Attaches the image in the clipboard. */
  readClipboard(): void {
    void this.#post({ type: 'readClipboard' });
  }

  override dispose(): void {
    this.#following?.dispose();
    super.dispose();
  }

  #connect(): void {
    const session = this.#services.conversations.current;
    this.#following?.dispose();
    void this.#post({
      type: 'snapshot',
      conversation: session.state,
      view: session.view,
      options: this.#services.options.current,
      ...(vscode.l10n.bundle && { l10n: vscode.l10n.bundle }),
    });
    // As the page knows it: an event may give it another id.
    let { id } = session.state;
    this.#following = vscode.Disposable.from(
      session.onDidChange((event) => {
        void this.#post({ type: 'event', conversationId: id, event });
        ({ id } = session.state);
      }),
      session.held.onDidHold(() => this.#handOver(session)),
    );
    void this.#handOver(session);
    this.#connected.fire();
  }

  /** Gives the page what is held for it. What does not arrive waits until the page comes back. */
  async #handOver(session: ConversationSession): Promise<void> {
    for (let held = session.held.take(this); held; held = session.held.take(this)) {
      const { text } = held;
      const arrived = await this.#post(
        text === undefined ? { type: 'sendDraft' } : { type: 'draft', text },
      );
      if (!arrived) {
        session.held.putBack(held);
        return;
      }
    }
  }

  async #receive(message: PageMessage): Promise<void> {
    if (message.type === 'ready') {
      this.#actions.pageIsNew();
      this.#connect();
      // The keyring may keep one waiting: the conversation does not wait for it.
      await this.#services.options.refresh();
    } else {
      await this.#actions.act(message);
    }
  }

  /** False when the page is not there just now: it gets a snapshot when it comes back. */
  async #post(message: HostMessage): Promise<boolean> {
    try {
      return await this.#webview.postMessage(message);
    } catch (error) {
      this.#services.log.error(`The page could not be told: ${String(error)}`);
      return false;
    }
  }
}
