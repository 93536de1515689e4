import * as vscode from 'vscode';
import {
  allImages,
  canSend,
  emptyConversation,
  isUnderWay,
  sentImages,
  type Conversation,
  type Notice,
  type UserTurn,
} from '../../core/conversation/conversation.ts';
import { reduce, type ConversationEvent } from '../../core/conversation/conversationEvent.ts';
import type { AnswerServices } from './answering.ts';
import { Attachments, type AttachmentServices } from '../images/attachments.ts';
import { unsentImagesNotice } from '../wording/conversationWording.ts';
import { Disposable } from '../disposable.ts';
import type { ImageSource } from '../images/imageSource.ts';
import { Requests } from './requests.ts';
import { imagesTooLarge } from './requestSize.ts';
import { readSettings } from '../settings/settings.ts';
import { requestNotice } from '../wording/wording.ts';

/** What a conversation needs of the extension. */
export type SessionServices = AttachmentServices & AnswerServices;

/** One conversation at work: it owns the state, and everything that changes it goes through here. */
export class ConversationSession extends Disposable {
  readonly #changed = this.register(new vscode.EventEmitter<ConversationEvent>());
  readonly #held = this.register(new vscode.EventEmitter<void>());
  readonly #sendable = this.register(new vscode.EventEmitter<void>());
  readonly #attachments: Attachments;
  readonly #requests: Requests;
  #state: Conversation = emptyConversation(crypto.randomUUID());
  #heldText: string | undefined;
  #waitsForKey = false;

  readonly onDidChange = this.#changed.event;
  /** A message could not go: it is to be taken and put into the message box. */
  readonly onDidHoldText = this.#held.event;
  /** What a message waited for is there: what stands in the message box can go. */
  readonly onDidBecomeSendable = this.#sendable.event;

  constructor(services: SessionServices) {
    super();
    const conversation = {
      state: () => this.#state,
      emit: (event: ConversationEvent) => this.#emit(event),
      imagesReady: () => this.#sentImagesReady(),
    };
    this.#attachments = this.register(new Attachments(services, conversation));
    this.#requests = this.register(new Requests(services, conversation));
  }

  get state(): Conversation {
    return this.#state;
  }

  /** Whether nothing was said or attached yet. */
  get isEmpty(): boolean {
    return this.#state.turns.length === 0 && this.#state.attachments.length === 0;
  }

  /** The message that could not go, for the message box. It is handed over once. */
  takeHeldText(): string | undefined {
    const text = this.#heldText;
    this.#heldText = undefined;
    return text;
  }

  /**
   * Attaches as many of the images as the conversation takes, and says so when some are left. Settles
   * with their ids when each is ready, has failed or was removed.
   */
  async attach(sources: readonly ImageSource[]): Promise<readonly string[]> {
    if (sources.length === 0) {
      return [];
    }
    this.#clearNotice();
    return this.#attachments.attach(sources);
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

  /** Prepares what was attached and not sent for the model that is set now. */
  async modelChanged(): Promise<void> {
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
      this.#hold(prompt);
      this.showNotice(unsentImagesNotice(ready.length, sources.length));
      return;
    }
    await this.send(prompt, { about: ids });
  }

  /**
   * Sends a message with the attachments that are ready and streams the answer. A message that cannot
   * go now is handed back through `onDidHoldText`: while an answer is on its way or images are being
   * prepared, without a key, with images too large for a request, or when an image that it is `about`
   * is gone. Does nothing when there is nothing to send.
   */
  async send(text: string, { about = [] }: { about?: readonly string[] } = {}): Promise<void> {
    const send = async (apiKey: string | undefined): Promise<boolean> => {
      const { attachments } = this.#state;
      const present = about.filter((id) => attachments.some((image) => image.id === id));
      if (apiKey === undefined) {
        this.#waitsForKey = true;
        this.showNotice(requestNotice({ kind: 'keyMissing' }));
        return false;
      }
      if (!canSend(this.#state, text) || (about.length > 0 && present.length === 0)) {
        return false;
      }
      const tooLarge = imagesTooLarge(this.#state);
      if (tooLarge) {
        this.showNotice(tooLarge);
        return false;
      }
      this.#waitsForKey = false;
      const assistantTurnId = crypto.randomUUID();
      this.#emit({
        type: 'messageSent',
        userTurnId: crypto.randomUUID(),
        assistantTurnId,
        text: text.trim(),
        model: readSettings().model,
      });
      await this.#requests.answer(assistantTurnId, apiKey);
      return true;
    };
    // Nobody is asked for a key before there is something to send with it.
    const sent = canSend(this.#state, text) && (await this.#requests.exclusively(send));
    if (!sent && !this.isDisposed && text.trim() !== '') {
      this.#hold(text);
    }
  }

  /**
   * Asks for the last answer again, at once if it waits for that anyway. An earlier one stays: what
   * follows was said knowing it.
   */
  async retry(turnId: string): Promise<void> {
    if (this.#state.turns.at(-1)?.id !== turnId) {
      return;
    }
    this.#requests.retryNow();
    await this.#requests.exclusively(async (apiKey) => {
      if (apiKey !== undefined && this.#state.turns.at(-1)?.id === turnId) {
        this.#emit({ type: 'answerRetried', turnId, model: readSettings().model });
        await this.#requests.answer(turnId, apiKey);
      }
      return true;
    });
  }

  /**
   * Asks an earlier question in other words: what came after it is dropped, its images stay. Does
   * nothing while an answer is on its way, or when there would be nothing to ask.
   */
  async edit(userTurnId: string, text: string): Promise<void> {
    const isAskable = (): boolean => {
      const question = this.#question(userTurnId);
      return question !== undefined && (text.trim() !== '' || hasImages(question));
    };
    const ask = async (apiKey: string | undefined): Promise<boolean> => {
      if (!isAskable()) {
        return false;
      }
      const assistantTurnId = crypto.randomUUID();
      this.#emit({
        type: 'messageEdited',
        userTurnId,
        assistantTurnId,
        text: text.trim(),
        model: readSettings().model,
      });
      await this.#requests.answer(assistantTurnId, apiKey);
      return true;
    };
    if (isAskable()) {
      await this.#requests.exclusively(ask);
    }
  }

  /** Deletes a question with its images and its answer, which is stopped if it is on its way. */
  async deleteExchange(userTurnId: string): Promise<void> {
    const { turns } = this.#state;
    const answer = turns[turns.findIndex(({ id }) => id === userTurnId) + 1];
    if (answer?.role === 'assistant' && isUnderWay(answer)) {
      this.stop();
      await this.#requests.over();
    }
    this.#emit({ type: 'exchangeDeleted', userTurnId });
  }

  /** Goes on after a key was set, if that is what was waited for. */
  async keyWasSet(): Promise<void> {
    const last = this.#state.turns.at(-1);
    if (this.#waitsForKey) {
      this.#sendable.fire();
    } else if (last?.role === 'assistant' && last.notice?.actions.includes('setApiKey')) {
      await this.retry(last.id);
    }
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
    this.#requests.stop();
  }

  /** What was said about the attachments no longer holds once they change. */
  #clearNotice(): void {
    if (this.#state.notice && !this.#waitsForKey) {
      this.#emit({ type: 'noticeCleared' });
    }
  }

  #hold(text: string): void {
    this.#heldText = text;
    this.#held.fire();
  }

  #question(userTurnId: string): UserTurn | undefined {
    return this.#state.turns
      .filter((turn) => turn.role === 'user')
      .find(({ id }) => id === userTurnId);
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

  #emit(event: ConversationEvent): void {
    this.#state = reduce(this.#state, event);
    this.#changed.fire(event);
  }
}

/** Whether a question has an image to ask about, be it one that is being replaced. */
function hasImages({ images }: UserTurn): boolean {
  return images.some(({ state }) => state === 'ready' || state === 'preparing');
}
