import * as vscode from 'vscode';
import { ConversationSession, type SessionServices } from './conversationSession.ts';
import { allImages } from '../../core/conversation/conversation.ts';
import type { ConversationEvent } from '../../core/conversation/conversationEvent.ts';
import { Disposable } from '../disposable.ts';

/** After these, there may be an image less that is held. */
const LETS_GO_OF_IMAGES: ReadonlySet<ConversationEvent['type']> = new Set([
  'imageUpdated',
  'imageRemoved',
  'messageEdited',
  'exchangeDeleted',
]);

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

  /** There is a key. The conversation in sight goes on with what waited for it, no other does. */
  async keyWasSet(): Promise<void> {
    await Promise.all(
      this.#sessions.map((session) => session.keyWasSet({ goOn: session === this.#current })),
    );
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
    this.register(
      session.onDidChange(({ type }) => {
        if (LETS_GO_OF_IMAGES.has(type)) {
          this.#forgetUnused();
        }
      }),
    );
    return session;
  }

  /**
   * Gives up the bytes of images that no conversation holds any more. Not while one is being
   * prepared: it may be made from bytes that none holds just then.
   */
  #forgetUnused(): void {
    const images = this.#sessions.flatMap(({ state }) => allImages(state));
    if (images.every(({ state }) => state !== 'preparing')) {
      const used = images.flatMap(({ prepared }) => prepared?.sha256 ?? []);
      this.#services.blobs.retain(new Set(used));
    }
  }
}
