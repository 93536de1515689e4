import * as vscode from 'vscode';
import { allImages, type Conversation } from '../../core/conversation/conversation.ts';
import { copyOf, forkAt } from '../../core/conversation/fork.ts';
import { picturesOf } from '../../core/conversation/pictures.ts';
import type { StorageFault } from '../../core/failure.ts';
import { success, type Result } from '../../core/result.ts';
import { Disposable } from '../disposable.ts';
import type { Claims } from '../storage/claims.ts';
import type { ConversationFiles } from '../storage/conversationFiles.ts';
import type { LastConversation } from '../storage/lastConversation.ts';
import type { OpenedConversation } from '../storage/openedConversation.ts';
import { copiedNotice, storageNotice } from '../wording/storageWording.ts';
import {
  ConversationSession,
  type SessionServices,
  type SessionStart,
} from './conversationSession.ts';
import { Keeping } from './keeping.ts';
import { afterInterruption } from './restored.ts';

/** What the conversations of a window need of the extension. */
export interface ConversationsServices extends SessionServices {
  readonly files: ConversationFiles;
  readonly claims: Pick<Claims, 'claim'>;
  readonly last: Pick<LastConversation, 'get' | 'set' | 'flush'>;
}

interface Kept {
  readonly session: ConversationSession;
  readonly keeping: Keeping;
}

type Opening = Result<ConversationSession, StorageFault>;

/** The conversations that this window has open, one of them current. */
export class Conversations extends Disposable {
  readonly #services: ConversationsServices;
  readonly #changed = this.register(new vscode.EventEmitter<ConversationSession>());
  readonly #kept: Kept[] = [];
  /** Under way, by their ids: a second one would meet the lease of the first. */
  readonly #showing = new Map<string, Promise<Opening>>();
  readonly #adopting = new Map<string, Promise<Opening>>();
  #current: ConversationSession;
  #remembered: string | undefined;

  /** Fires with the session that became current. */
  readonly onDidChangeCurrent = this.#changed.event;

  constructor(services: ConversationsServices) {
    super();
    this.#services = services;
    this.#current = this.#begin().session;
  }

  /** Makes the conversation current that was so when the workspace was last open, if there is one. */
  async restore(): Promise<void> {
    const id = await this.#services.last.get();
    if (id === undefined) {
      return;
    }
    const opened = await this.#session(id);
    if (opened.ok) {
      this.#show(opened.value);
    } else if (opened.error.kind !== 'openElsewhere' && opened.error.kind !== 'notFound') {
      this.#current.showNotice(storageNotice(opened.error));
    }
  }

  get current(): ConversationSession {
    return this.#current;
  }

  /** Those that are open in this window. */
  get open(): readonly ConversationSession[] {
    return this.#kept.map(({ session }) => session);
  }

  /** One that is open in this window. */
  byId(id: string): ConversationSession | undefined {
    return this.open.find(({ state }) => state.id === id);
  }

  /** Makes an empty conversation current; the present one when nothing happened in it yet. */
  startNew(): ConversationSession {
    if (!this.#current.isEmpty) {
      this.#show(this.#begin().session);
    }
    return this.#current;
  }

  /**
   * Makes a conversation current, from disk where it is not open here. One that another window has
   * open is copied. Fails with the fault of its file.
   */
  async show(id: string): Promise<Result<ConversationSession, StorageFault>> {
    const shown = await shared(this.#showing, id, () => this.#sessionOrCopy(id));
    if (shown.ok) {
      this.#show(shown.value);
    }
    return shown;
  }

  /** Goes on from a turn in another conversation, which becomes current. */
  async fork(turnId: string): Promise<void> {
    const conversation = forkAt(this.#current.state, turnId, crypto.randomUUID());
    if (conversation) {
      await this.#wantImages(conversation);
      this.#show(this.#begin({ conversation, view: { draft: '' } }).session);
    }
  }

  /** Settles when all that is open is on disk, or cannot be. */
  async flush(): Promise<void> {
    await this.#services.last.flush();
    await this.#services.blobs.putAgain();
    await Promise.all(this.#kept.map(async ({ keeping }) => keeping.flush()));
  }

  /**
   * Lets go of a conversation that is open here, so that another window can have it. Settles when it is
   * on disk, or cannot be.
   */
  async close(id: string): Promise<void> {
    const kept = this.#keptOf(id);
    if (kept) {
      this.#kept.splice(this.#kept.indexOf(kept), 1);
      kept.session.dispose();
      await kept.keeping.flush();
      kept.keeping.dispose();
      this.#goneFromSight(kept.session);
    }
  }

  /**
   * Deletes a conversation that is open here, and gives it as it was last; `undefined` when it is not
   * open. Rejects with the error of the file system: then it is open as before.
   */
  async delete(id: string): Promise<Conversation | undefined> {
    const kept = this.#keptOf(id);
    if (!kept) {
      return undefined;
    }
    await kept.keeping.remove();
    const { state } = kept.session;
    this.#kept.splice(this.#kept.indexOf(kept), 1);
    kept.session.dispose();
    kept.keeping.dispose();
    this.#goneFromSight(kept.session);
    return state;
  }

  /** There is a key. The conversation in sight goes on with what waited for it, no other does. */
  async keyWasSet(): Promise<void> {
    await Promise.all(
      this.open.map((session) => session.keyWasSet({ goOn: session === this.#current })),
    );
  }

  /** What was attached and not sent is prepared for the new model. */
  async modelChanged(): Promise<void> {
    for (const session of this.open) {
      await session.modelChanged();
    }
  }

  #keptOf(id: string): Kept | undefined {
    return this.#kept.find(({ session }) => session.state.id === id);
  }

  /** What the next window shows is not decided by that: another one may have it in sight. */
  #goneFromSight(session: ConversationSession): void {
    if (session === this.#current) {
      this.#current = this.#begin().session;
      this.#changed.fire(this.#current);
    }
  }

  async #sessionOrCopy(id: string): Promise<Opening> {
    const opened = await this.#session(id);
    if (opened.ok || opened.error.kind !== 'openElsewhere' || !opened.error.stored) {
      return opened;
    }
    const { conversation, draft } = opened.error.stored;
    await this.#wantImages(conversation);
    const copy = copyOf(afterInterruption(conversation), crypto.randomUUID());
    const start = { conversation: { ...copy, notice: copiedNotice() }, view: { draft } };
    return success(this.#begin(start).session);
  }

  /** One that is open here, or else from disk. */
  async #session(id: string): Promise<Opening> {
    const known = this.byId(id);
    return known
      ? success(known)
      : shared(this.#adopting, id, async () => {
          const opened = await this.#open(id);
          return opened.ok ? success(this.#adopt(opened.value)) : opened;
        });
  }

  /** What another conversation is about to refer to is not deleted with the first. */
  async #wantImages(conversation: Conversation): Promise<void> {
    const pictures = allImages(conversation).flatMap((image) => picturesOf(image));
    await this.#services.blobs.touch(pictures.map(({ sha256 }) => sha256));
  }

  /** Opens the file of a conversation, also one that a window holds in which nobody is any more. */
  async #open(id: string): ReturnType<ConversationFiles['open']> {
    const { files, claims } = this.#services;
    let opened = await files.open(id);
    if (!opened.ok && opened.error.kind === 'openElsewhere') {
      await claims.claim(id, async () => {
        opened = await files.open(id);
        return opened.ok;
      });
    }
    return opened;
  }

  #adopt(opened: OpenedConversation): ConversationSession {
    const { stored } = opened;
    if (!stored) {
      throw new Error('A conversation that was opened has nothing stored.');
    }
    const { conversation, draft, scrollTop } = stored;
    const { session } = this.#begin(
      {
        conversation: afterInterruption(conversation),
        view: { draft, ...(scrollTop !== undefined && { scrollTop }) },
      },
      opened,
    );
    return session;
  }

  #begin(start?: SessionStart, opened?: OpenedConversation): Kept {
    const session = this.register(new ConversationSession(this.#services, start));
    const keeping = this.register(
      new Keeping(session, this.#services.files, opened, {
        notCreated: (error) => session.reportUnexpected(error),
        failed: (fault) => session.showNotice(storageNotice(fault)),
        recovered: () => session.storageRecovered(),
      }),
    );
    const kept = { session, keeping };
    this.#kept.push(kept);
    this.register(
      session.onDidChange(() => {
        if (!this.#current.isEmpty) {
          this.#remember();
        }
      }),
    );
    session.resume().catch((error: unknown) => session.reportUnexpected(error));
    return kept;
  }

  /** Which conversation is in sight: one that the user has chosen, or that has something in it. */
  #remember(): void {
    const { id } = this.#current.state;
    if (id !== this.#remembered) {
      this.#remembered = id;
      this.#services.last.set(id);
    }
  }

  #show(session: ConversationSession): void {
    this.#current = session;
    this.#remember();
    this.#changed.fire(session);
  }
}

/** Work that is under way for an id, or else begun. */
async function shared<T>(
  underWay: Map<string, Promise<T>>,
  id: string,
  begin: () => Promise<T>,
): Promise<T> {
  const work = underWay.get(id) ?? begin().finally(() => underWay.delete(id));
  underWay.set(id, work);
  return work;
}
