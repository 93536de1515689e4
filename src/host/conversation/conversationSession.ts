import * as vscode from 'vscode';
import {
  allImages,
  emptyConversation,
  sentImages,
  type Conversation,
  type Notice,
  type WayOn,
} from '../../core/conversation/conversation.ts';
import { reduce, type ConversationEvent } from '../../core/conversation/conversationEvent.ts';
import type { AnswerServices } from './answerServices.ts';
import { Asking } from './asking.ts';
import type { BlobStore } from './blobStore.ts';
import { goOn } from './waysOn.ts';
import type { HeldMessage } from './heldMessage.ts';
import { Attachments, type AttachmentServices } from '../images/attachments.ts';
import type { DetailChoice } from '../../core/plan/plan.ts';
import { unsentImagesNotice } from '../wording/conversationWording.ts';
import { copiedNotice } from '../wording/storageWording.ts';
import { Disposable } from '../disposable.ts';
import type { PageView } from '../../core/conversation/protocol.ts';
import type { ImageSource } from '../images/imageSource.ts';
import { requestNotice } from '../wording/wording.ts';

/** What a conversation needs of the extension. */
export type SessionServices = AttachmentServices & AnswerServices;

/** A conversation as a session begins with it. */
export interface SessionStart {
  readonly conversation: Conversation;
  readonly view: PageView;
}

/** One conversation at work: it owns the state, and everything that changes it goes through here. */
export class ConversationSession extends Disposable {
  readonly #changed = this.register(new vscode.EventEmitter<ConversationEvent>());
  readonly #attachments: Attachments;
  readonly #blobs: BlobStore;
  readonly #asking: Asking;
  readonly #viewChanged = this.register(new vscode.EventEmitter<void>());
  readonly #disposed = this.register(new vscode.EventEmitter<void>());
  #state: Conversation;
  #view: PageView;

  readonly onDidChange = this.#changed.event;
  readonly onDidChangeView = this.#viewChanged.event;
  /** Fires when the window lets go of the conversation, as when it is deleted. */
  readonly onDidDispose = this.#disposed.event;

  /** An empty conversation without a start. */
  constructor(services: SessionServices, start?: SessionStart) {
    super();
    this.#blobs = services.blobs;
    this.#state = start?.conversation ?? emptyConversation(crypto.randomUUID());
    this.#view = start?.view ?? { draft: '' };
    const conversation = {
      state: () => this.#state,
      emit: (event: ConversationEvent) => this.#emit(event),
      imagesReady: async () => {
        await this.#attachments.fitSent();
        await this.#sentImagesReady();
        this.#attachments.goWithRequest();
      },
      shortenImages: async (maxEdge: number) => this.#attachments.shortenSent(maxEdge),
      sendBytesInstead: async () => this.#attachments.sendBytesInstead(),
    };
    this.#attachments = this.register(new Attachments(services, conversation));
    this.#asking = this.register(new Asking(services, conversation));
  }

  /** The message that could not go. */
  get held(): HeldMessage {
    return this.#asking.held;
  }

  get state(): Conversation {
    return this.#state;
  }

  /** How a page shows it, as the page has told last. */
  get view(): PageView {
    return this.#view;
  }

  keepView(view: PageView): void {
    this.#view = view;
    this.#viewChanged.fire();
  }

  /** Whether nothing was said or attached yet, nor numbers given to images that are gone. */
  get isEmpty(): boolean {
    const { turns, attachments, numbersGiven } = this.#state;
    return turns.length === 0 && attachments.length === 0 && numbersGiven === 0;
  }

  /**
   * Attaches as many of the images as the conversation takes, and says so when some are left, of which
   * there may be `more` than the sources. Settles with their ids when each is ready, has failed or was
   * removed.
   */
  async attach(sources: readonly ImageSource[], more = 0): Promise<readonly string[]> {
    if (sources.length === 0) {
      return [];
    }
    this.#clearNotice();
    return this.#attachments.attach(sources, more);
  }

  /**
   * Removes an image at any time. One that was sent keeps its place and number: from the next request
   * on, a line says that it is gone.
   */
  removeImage(imageId: string): void {
    this.#attachments.remove(imageId);
    this.#clearNotice();
  }

  /**
   * Puts another image in the place of one, also of one that was sent, from the next request on.
   * Settles when it is ready, has failed or was removed.
   */
  async replaceImage(imageId: string, source: ImageSource): Promise<void> {
    const image = allImages(this.#state).find(({ id }) => id === imageId);
    if (!image) {
      return;
    }
    this.#clearNotice();
    await this.#attachments.replace(image, source);
  }

  /**
   * Prepares an image that is attached and not sent in a detail of its own; `undefined` is that of the
   * settings. Does nothing with one that was sent: its bytes never change. Settles when it is ready,
   * has failed or was removed.
   */
  async setDetail(imageId: string, detail: DetailChoice | undefined): Promise<void> {
    const image = this.#state.attachments.find(({ id }) => id === imageId);
    if (image) {
      this.#clearNotice();
      await this.#attachments.setDetail(image, detail);
    }
  }

  /**
   * Attaches an image of the conversation to the next message again, in the same detail. Answers the
   * new one's id; `undefined` when there is no such image or no room, which the conversation says.
   */
  attachAgain(imageId: string): string | undefined {
    const image = allImages(this.#state).find(({ id }) => id === imageId);
    if (!image) {
      return undefined;
    }
    this.#clearNotice();
    return this.#attachments.attachAgain(image);
  }

  /**
   * Prepares what was attached and not sent for the model that is set now. What was sent stays as it
   * is, and is counted for that model.
   */
  async modelChanged(): Promise<void> {
    this.#attachments.countSent();
    const ready = this.#state.attachments.filter((image) => image.state === 'ready');
    await this.#attachments.prepareAgain(ready);
  }

  /** Attaches images and asks about them. When not all of them can be sent, the user decides. */
  async describe(sources: readonly ImageSource[], prompt: string): Promise<void> {
    const ids = await this.attach(sources);
    // What the user has removed meanwhile is not missed.
    const images = this.#state.attachments.filter((image) => ids.includes(image.id));
    const ready = images.filter((image) => image.state === 'ready');
    if (this.isDisposed || ready.length === 0) {
      return;
    }
    if (ready.length < images.length || ids.length < sources.length) {
      this.held.hold(prompt, undefined);
      this.showNotice(unsentImagesNotice(ready.length, sources.length));
      return;
    }
    await this.send(prompt, { about: ids });
  }

  /** Sends a message, as `Asking` does. */
  async send(...message: Parameters<Asking['send']>): Promise<void> {
    await this.#asking.send(...message);
  }

  /** Goes on with the last answer, as `Asking` does. */
  async continueAnswer(turnId: string, text: string): Promise<void> {
    await this.#asking.continueAnswer(turnId, text);
  }

  /** Asks for the last answer again, as `Asking` does. */
  async retry(turnId: string): Promise<void> {
    await this.#asking.retry(turnId);
  }

  /** Does what a notice of the last answer offers, and asks for that answer again. */
  async goOn(way: WayOn, answerId: string): Promise<void> {
    const holder = {
      state: () => this.#state,
      emit: (event: ConversationEvent) => this.#emit(event),
    };
    await goOn(way, answerId, { holder, attachments: this.#attachments, asking: this.#asking });
  }

  /** Asks an earlier question in other words, as `Asking` does. */
  async edit(userTurnId: string, text: string): Promise<void> {
    await this.#asking.edit(userTurnId, text);
  }

  /** Deletes a question with its images and its answer, which is stopped if it is on its way. */
  async deleteExchange(userTurnId: string): Promise<void> {
    await this.#asking.deleteExchange(userTurnId);
  }

  /** Gives the conversation another title; an empty one is none. */
  rename(title: string): void {
    this.#emit({ type: 'renamed', title });
  }

  /** Goes on as a conversation of another id, since another window has this one, and says so. */
  becomeCopy(): void {
    this.#emit({ type: 'becameCopy', id: crypto.randomUUID() });
    this.showNotice(copiedNotice());
  }

  /**
   * Prepares the images on which an earlier window was at work when it died, and counts those that
   * were sent for the model that is set now.
   */
  async resume(): Promise<void> {
    this.#attachments.countSent();
    await this.#attachments.resume();
  }

  /** Tries again to write to disk what could not be written. */
  async saveAgain(): Promise<void> {
    await this.#blobs.putAgain();
    this.#viewChanged.fire();
  }

  /** The conversation is on disk again. */
  storageRecovered(): void {
    if (this.#state.notice?.actions.includes('saveAgain')) {
      this.#clearNotice();
    }
  }

  /** There is a key: `goOn` with what waited for it. */
  async keyWasSet(options: { readonly goOn: boolean }): Promise<void> {
    await this.#asking.keyWasSet(options);
  }

  /** Shows a fault that nobody foresaw, so that it does not end in silence. */
  reportUnexpected(error: unknown): void {
    const detail = error instanceof Error ? error.name : typeof error;
    this.showNotice({ ...requestNotice({ kind: 'unexpected', detail }), actions: ['showLog'] });
  }

  /** Says something about the conversation as a whole, until it changes. */
  showNotice(notice: Notice): void {
    this.#emit({ type: 'noticeShown', notice });
  }

  /** Stops the answer that is on its way. What has come of it is kept. */
  stop(): void {
    this.#asking.stop();
  }

  /** What was said about the attachments no longer holds once they change. */
  #clearNotice(): void {
    const { notice } = this.#state;
    if (notice && !this.held.isAboutKey(notice)) {
      this.#emit({ type: 'noticeCleared' });
    }
  }

  /** An image that was sent may be prepared anew: in the place of another, or smaller among many. */
  async #sentImagesReady(): Promise<void> {
    const areReady = (): boolean =>
      sentImages(this.#state).every(({ state }) => state !== 'preparing');
    if (areReady()) {
      return;
    }
    await new Promise<void>((resolve) => {
      const listening = this.onDidChange(() => {
        if (areReady()) {
          listening.dispose();
          resolve();
        }
      });
    });
  }

  override dispose(): void {
    this.#disposed.fire();
    super.dispose();
  }

  #emit(event: ConversationEvent): void {
    this.#state = reduce(this.#state, event);
    if (event.type === 'exchangeDeleted' || event.type === 'messageEdited') {
      this.#attachments.callOffGone();
    }
    this.#changed.fire(event);
  }
}
