import * as vscode from 'vscode';
import {
  allImages,
  type AttachedImage,
  type Conversation,
} from '../../core/conversation/conversation.ts';
import { reduce } from '../../core/conversation/conversationEvent.ts';
import { picturesOf } from '../../core/conversation/pictures.ts';
import { forkAt } from '../../core/conversation/fork.ts';
import type { StorageFault } from '../../core/failure.ts';
import { failed, success, type Result } from '../../core/result.ts';
import { Disposable } from '../disposable.ts';
import type { BlobFiles } from '../storage/blobFiles.ts';
import type { Claims } from '../storage/claims.ts';
import type { ConversationFiles } from '../storage/conversationFiles.ts';
import type { LastConversation } from '../storage/lastConversation.ts';
import type { UploadedImages } from './uploadedImages.ts';
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
  readonly blobFiles: BlobFiles;
  readonly claims: Pick<Claims, 'claim'>;
  readonly uploadedImages: Pick<UploadedImages, 'deleteFor'>;
  readonly last: Pick<LastConversation, 'get' | 'set' | 'flush'>;
}

interface Kept {
  readonly session: ConversationSession;
  readonly keeping: Keeping;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** The conversations that this window has open, one of them current. */
export class Conversations extends Disposable {
  readonly #services: ConversationsServices;
  readonly #changed = this.register(new vscode.EventEmitter<ConversationSession>());
  readonly #kept: Kept[] = [];
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
    const opened = await this.#open(id);
    if (opened.ok) {
      this.#show(this.#adopt(opened.value));
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
    const known = this.byId(id);
    if (known) {
      this.#show(known);
      return success(known);
    }
    const opened = await this.#open(id);
    if (opened.ok) {
      const session = this.#adopt(opened.value);
      this.#show(session);
      return success(session);
    }
    if (opened.error.kind !== 'openElsewhere') {
      return failed(opened.error);
    }
    const { stored } = opened.error;
    if (!stored) {
      return failed(opened.error);
    }
    const { conversation, draft } = stored;
    const copy = { ...conversation, id: crypto.randomUUID(), notice: copiedNotice() };
    const { session } = this.#begin({ conversation: afterInterruption(copy), view: { draft } });
    this.#show(session);
    return success(session);
  }

  /** Goes on from a turn in another conversation, which becomes current. */
  fork(turnId: string): void {
    const conversation = forkAt(this.#current.state, turnId, crypto.randomUUID());
    if (conversation) {
      this.#show(this.#begin({ conversation, view: { draft: '' } }).session);
    }
  }

  /** Gives a conversation another title, also one that is not open here. */
  async rename(id: string, title: string): Promise<Result<void, StorageFault>> {
    const known = this.byId(id);
    if (known) {
      known.rename(title);
      return success(undefined);
    }
    const opened = await this.#services.files.open(id);
    if (!opened.ok) {
      return opened;
    }
    const { stored } = opened.value;
    const conversation = stored && reduce(stored.conversation, { type: 'renamed', title });
    if (conversation) {
      opened.value.save({ ...stored, conversation }, { urgent: true });
      await opened.value.flush();
    }
    opened.value.dispose();
    return success(undefined);
  }

  /** Deletes a conversation with the images that no other one has. Fails when another window has it. */
  async delete(id: string): Promise<Result<void, StorageFault>> {
    const conversation = await this.#close(id);
    if (!conversation.ok) {
      return conversation;
    }
    if (!(await this.#services.files.delete(id))) {
      return failed({ kind: 'openElsewhere', id });
    }
    await this.#forget(allImages(conversation.value));
    return success(undefined);
  }

  /** Lets another window have a conversation that this one has open. */
  async letGo(id: string): Promise<void> {
    await this.#close(id);
  }

  /** The conversations of the workspace, the newest first, and what could not be read of them. */
  async list(): ReturnType<ConversationFiles['list']> {
    await this.flush();
    return this.#services.files.list();
  }

  /** A conversation as it is, wherever it is open or lies. */
  async read(id: string): Promise<Result<Conversation, StorageFault>> {
    const known = this.byId(id);
    if (known) {
      return success(known.state);
    }
    const opened = await this.#services.files.open(id);
    if (opened.ok) {
      opened.value.dispose();
    }
    const stored = opened.ok
      ? opened.value.stored
      : opened.error.kind === 'openElsewhere' && opened.error.stored;
    if (stored) {
      return success(stored.conversation);
    }
    return failed(opened.ok ? { kind: 'notFound', id } : opened.error);
  }

  /**
   * The hashes of the images that any conversation of the workspace may hold, in this window, in
   * another or on disk. Rejects when a file cannot be read: nothing may be given up then.
   */
  async usedImages(): Promise<ReadonlySet<string>> {
    const onDisk = await this.#services.files.usedBlobs();
    return new Set([
      ...onDisk,
      ...this.open.flatMap(({ state }) => allImages(state)).flatMap(hashOf),
    ]);
  }

  /** The names of the images of all conversations that can be read, by their SHA-256. */
  async imageNames(): Promise<ReadonlyMap<string, string>> {
    const { conversations } = await this.list();
    const onDisk = conversations.flatMap(({ images }) => images);
    const open = this.open
      .flatMap(({ state }) => allImages(state))
      .map(({ name, prepared }) => ({ name, sha256: prepared?.sha256 }));
    return new Map(
      [...onDisk, ...open].flatMap(({ name, sha256 }): readonly (readonly [string, string])[] =>
        sha256 === undefined ? [] : [[sha256, name]],
      ),
    );
  }

  /** Bytes that the images of all conversations of the workspace take. */
  async bytesOnDisk(): Promise<number> {
    return this.#services.blobFiles.bytes();
  }

  /**
   * Deletes bytes to which no conversation refers, of this window or another, and that have lain for
   * a day: another window may just be putting them there. Settles with the bytes that this has freed.
   */
  async collectGarbage(): Promise<number> {
    return this.#services.blobFiles.collect(await this.usedImages(), DAY_MS);
  }

  /** Settles when all that is open is on disk, or cannot be. */
  async flush(): Promise<void> {
    await this.#services.last.flush();
    await this.#services.blobs.putAgain();
    await Promise.all(this.#kept.map(async ({ keeping }) => keeping.flush()));
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

  /** Lets go of a conversation, wherever it is open or lies, and gives it as it was last. */
  async #close(id: string): Promise<Result<Conversation, StorageFault>> {
    const index = this.#kept.findIndex(({ session }) => session.state.id === id);
    const kept = this.#kept[index];
    if (!kept) {
      const opened = await this.#services.files.open(id);
      if (!opened.ok) {
        return opened;
      }
      const { stored } = opened.value;
      opened.value.dispose();
      return stored ? success(stored.conversation) : failed({ kind: 'notFound', id });
    }
    this.#kept.splice(index, 1);
    const { state } = kept.session;
    kept.session.dispose();
    await kept.keeping.flush();
    kept.keeping.dispose();
    if (kept.session === this.#current) {
      this.#show(this.#begin().session);
    }
    return success(state);
  }

  /**
   * Deletes the bytes of images that no conversation holds any more, in this window or on disk, and
   * what servers keep of them.
   */
  async #forget(images: readonly AttachedImage[]): Promise<void> {
    const { blobFiles, uploadedImages } = this.#services;
    const used = await this.usedImages();
    const unused = images.flatMap(hashOf).filter((hash) => !used.has(hash));
    await Promise.all(unused.map(async (sha256) => blobFiles.remove(sha256)));
    // Nobody waits for a server: what it cannot delete now is offered by the command.
    void uploadedImages.deleteFor(unused);
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
        failed: (fault) => session.showNotice(storageNotice(fault)),
        recovered: () => session.storageRecovered(),
      }),
    );
    const kept = { session, keeping };
    this.#kept.push(kept);
    this.register(session.onDidChange(() => this.#remember()));
    session.resume().catch((error: unknown) => session.reportUnexpected(error));
    return kept;
  }

  /** Which conversation is in sight, from when there is something in it. */
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

function hashOf(image: AttachedImage): readonly string[] {
  return picturesOf(image).map(({ sha256 }) => sha256);
}
