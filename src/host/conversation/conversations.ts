import * as vscode from 'vscode';
import { ConversationSession, type SessionServices } from './conversationSession.ts';
import { Disposable } from '../disposable.ts';

/** The conversations of this window, one of them current. */
export class Conversations extends Disposable {
  readonly #services: SessionServices;
  readonly #changed = this.register(new vscode.EventEmitter<ConversationSession>());
  readonly #sessions: ConversationSession[] = [];
  #current: ConversationSession;

  /** Fires with the session that became current. */
  readonly onDidChangeCurrent = this.#changed.event;

  constructor(services: SessionServices) {
    super();
    this.#services = services;
    this.#current = this.#create();
  }

  get current(): ConversationSession {
    return this.#current;
  }

  /** Those in which something was said or attached, the newest first. */
  get all(): readonly ConversationSession[] {
    return this.#sessions.filter((session) => !session.isEmpty).toReversed();
  }

  /** Makes an empty conversation current; the present one when nothing happened in it yet. */
  startNew(): ConversationSession {
    if (!this.#current.isEmpty) {
      this.open(this.#create());
    }
    return this.#current;
  }

  /** What was attached and not sent is prepared for the new model. */
  async modelChanged(): Promise<void> {
    for (const session of this.#sessions) {
      await session.modelChanged();
    }
  }

  open(session: ConversationSession): void {
    this.#current = session;
    this.#changed.fire(session);
  }

  #create(): ConversationSession {
    const session = this.register(new ConversationSession(this.#services));
    this.#sessions.push(session);
    return session;
  }
}
