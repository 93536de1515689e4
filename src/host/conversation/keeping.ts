import type { StorageFault } from '../../core/failure.ts';
import { Disposable } from '../disposable.ts';
import type { ConversationFiles } from '../storage/conversationFiles.ts';
import type { OpenedConversation } from '../storage/openedConversation.ts';
import type { ConversationSession } from './conversationSession.ts';

/** What happens to the file of a conversation. */
export interface KeepingListener {
  readonly failed: (fault: StorageFault) => void;
  /** There can be no file, for a fault that nobody foresaw. */
  readonly notCreated: (error: unknown) => void;
  /** After a failure. */
  readonly recovered: () => void;
}

/** Keeps a session on disk, from when there is something in it. */
export class Keeping extends Disposable {
  readonly #session: ConversationSession;
  readonly #files: Pick<ConversationFiles, 'create'>;
  readonly #listener: KeepingListener;
  #opened: OpenedConversation | undefined;
  #opening: Promise<void> | undefined;
  #createdAt = Date.now();
  #fault: StorageFault | undefined;
  /** Whether it was said that there can be no file. */
  #told = false;

  /** `opened` is its file, when it has one. */
  constructor(
    session: ConversationSession,
    files: Pick<ConversationFiles, 'create'>,
    opened: OpenedConversation | undefined,
    listener: KeepingListener,
  ) {
    super();
    this.#session = session;
    this.#files = files;
    this.#listener = listener;
    if (opened) {
      this.#use(opened);
    }
    this.register(session.onDidChange(({ type }) => this.#save(type !== 'answerDelta')));
    this.register(session.onDidChangeView(() => this.#save(false)));
    // One that begins with something in it, such as a copy.
    this.#save(true);
  }

  /** Settles when the conversation is on disk as it is, or cannot be. */
  async flush(): Promise<void> {
    await this.#opening;
    await this.#opened?.flush();
  }

  /** Deletes the file, and writes no more. Rejects with the error of the file system; then it goes on. */
  async remove(): Promise<void> {
    await this.#opening;
    this.#opened?.remove();
  }

  /** Writes what is not written yet, at once, and lets other windows open it. */
  override dispose(): void {
    this.#opened?.dispose();
    super.dispose();
  }

  #save(urgent: boolean): void {
    const { state: conversation, view, isEmpty } = this.#session;
    if (this.#fault && !conversation.notice) {
      // What was said of it went with the last message.
      this.#listener.failed(this.#fault);
    }
    if (this.#opened) {
      const times = { createdAt: this.#createdAt, updatedAt: Date.now() };
      this.#opened.save({ conversation, ...view, ...times }, { urgent });
    } else if (!isEmpty || view.draft !== '') {
      this.#opening ??= this.#create();
    }
  }

  /** Another window has written the file since it was read here without a lease. */
  #goOnAsCopy(): void {
    const opened = this.#opened;
    this.#opened = undefined;
    this.#opening = undefined;
    this.#fault = undefined;
    this.#createdAt = Date.now();
    opened?.dispose();
    this.#session.becomeCopy();
  }

  /** Never rejects. What fails is tried again with the next change. */
  async #create(): Promise<void> {
    let created: OpenedConversation;
    try {
      created = await this.#files.create(this.#session.state.id);
    } catch (error) {
      if (!this.#told) {
        this.#told = true;
        this.#listener.notCreated(error);
      }
      this.#opening = undefined;
      return;
    }
    this.#told = false;
    this.#use(created);
    this.#save(true);
    if (this.isDisposed) {
      created.dispose();
    }
  }

  #use(opened: OpenedConversation): void {
    this.#opened = opened;
    this.#createdAt = opened.stored?.createdAt ?? this.#createdAt;
    this.register(
      opened.onDidFail((fault) => {
        if (fault.kind === 'openElsewhere') {
          this.#goOnAsCopy();
          return;
        }
        this.#fault = fault;
        this.#listener.failed(fault);
      }),
    );
    this.register(
      opened.onDidRecover(() => {
        this.#fault = undefined;
        this.#listener.recovered();
      }),
    );
  }
}
