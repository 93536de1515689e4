import {
  canSend,
  hasImages,
  isUnderWay,
  type Notice,
  type UserTurn,
} from '../../core/conversation/conversation.ts';
import { Disposable } from '../disposable.ts';
import { readSettings } from '../settings/settings.ts';
import { keyNeededNotice } from '../wording/conversationWording.ts';
import { requestNotice } from '../wording/wording.ts';
import type { AnsweredConversation, AnswerServices } from './answerServices.ts';
import { HeldMessage, type MessageBox } from './heldMessage.ts';
import { Requests } from './requests.ts';
import { imagesTooLarge } from './requestSize.ts';

/** What a conversation asks Claude, in each of the ways that it can be asked. */
export class Asking extends Disposable {
  readonly #requests: Requests;
  readonly #conversation: AnsweredConversation;

  /** The message that could not go. */
  readonly held = this.register(new HeldMessage());

  constructor(services: AnswerServices, conversation: AnsweredConversation) {
    super();
    this.#conversation = conversation;
    this.#requests = this.register(new Requests(services, conversation));
  }

  /**
   * Sends a message with the attachments that are ready and streams the answer. A message that cannot
   * go now is held for the box that it came `from`: while an answer is on its way or images are being
   * prepared, without a key, with images too large for a request, or when an image that it is `about`
   * is gone. Does nothing when there is nothing to send.
   */
  async send(
    text: string,
    { about = [], from }: { about?: readonly string[]; from?: MessageBox } = {},
  ): Promise<void> {
    let untilKey = false;
    const send = async (apiKey: string | undefined): Promise<boolean> => {
      const { attachments } = this.#conversation.state();
      const present = about.filter((id) => attachments.some((image) => image.id === id));
      if (apiKey === undefined) {
        untilKey = true;
        this.#keyIsMissing(requestNotice({ kind: 'keyMissing' }));
        return false;
      }
      if (
        !canSend(this.#conversation.state(), text) ||
        (about.length > 0 && present.length === 0)
      ) {
        return false;
      }
      const tooLarge = imagesTooLarge(this.#conversation.state());
      if (tooLarge) {
        this.#showNotice(tooLarge);
        return false;
      }
      this.held.sent();
      await this.#ask({ text: text.trim() }, apiKey);
      return true;
    };
    // Nobody is asked for a key before there is something to send with it.
    const sent =
      canSend(this.#conversation.state(), text) && (await this.#requests.exclusively(send));
    if (!sent && !this.isDisposed && (text.trim() !== '' || untilKey)) {
      this.held.hold(text, from, { untilKey });
    }
  }

  /**
   * Asks Claude in those words to go on with the last answer. What is attached stays for the message
   * after. Does nothing while an answer is on its way.
   */
  async continueAnswer(turnId: string, text: string): Promise<void> {
    await this.#requests.exclusively(async (apiKey) => {
      if (this.#conversation.state().turns.at(-1)?.id !== turnId) {
        return false;
      }
      if (apiKey === undefined) {
        this.#keyIsMissing(keyNeededNotice());
        return false;
      }
      await this.#ask({ text, textOnly: true }, apiKey);
      return true;
    });
  }

  /**
   * Asks for the last answer again, at once if it waits for that anyway. An earlier one stays: what
   * follows was said knowing it.
   */
  async retry(turnId: string): Promise<void> {
    if (this.#conversation.state().turns.at(-1)?.id !== turnId) {
      return;
    }
    this.#requests.retryNow();
    await this.#requests.exclusively(async (apiKey) => {
      if (apiKey !== undefined && this.#conversation.state().turns.at(-1)?.id === turnId) {
        this.#conversation.emit({ type: 'answerRetried', turnId, model: readSettings().model });
        await this.#requests.answer(turnId, apiKey);
      }
      return true;
    });
  }

  /**
   * Asks an earlier question in other words: what came after it is dropped, its images stay. Does
   * nothing while an answer is on its way, or when there would be nothing to ask; without a key, says
   * so and drops nothing.
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
      if (apiKey === undefined) {
        this.#keyIsMissing(keyNeededNotice());
        return false;
      }
      const assistantTurnId = crypto.randomUUID();
      this.#conversation.emit({
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
    const { turns } = this.#conversation.state();
    const answer = turns[turns.findIndex(({ id }) => id === userTurnId) + 1];
    if (answer?.role === 'assistant' && isUnderWay(answer)) {
      this.stop();
      await this.#requests.over();
    }
    this.#conversation.emit({ type: 'exchangeDeleted', userTurnId });
  }

  /** There is a key: says no more that it is missing, and goes on if it may with what waited for it. */
  async keyWasSet({ goOn }: { readonly goOn: boolean }): Promise<void> {
    const { notice, turns } = this.#conversation.state();
    if (notice && this.held.isAboutKey(notice)) {
      this.#conversation.emit({ type: 'noticeCleared' });
    }
    // The request that has asked for the key goes on by itself.
    const mayGo = goOn && !this.#requests.isBusy;
    const last = turns.at(-1);
    if (
      !this.held.keyWasSet(mayGo) &&
      mayGo &&
      last?.role === 'assistant' &&
      last.notice?.actions.includes('setApiKey')
    ) {
      await this.retry(last.id);
    }
  }

  /** Stops the answer that is on its way. What has come of it is kept. */
  stop(): void {
    this.#requests.stop();
  }

  #keyIsMissing(notice: Notice): void {
    this.held.keyIsMissing(notice);
    this.#showNotice(notice);
  }

  /** Sends a message and gets its answer. */
  async #ask(
    message: { readonly text: string; readonly textOnly?: true },
    apiKey: string,
  ): Promise<void> {
    const assistantTurnId = crypto.randomUUID();
    this.#conversation.emit({
      type: 'messageSent',
      ...message,
      userTurnId: crypto.randomUUID(),
      assistantTurnId,
      model: readSettings().model,
    });
    await this.#requests.answer(assistantTurnId, apiKey);
  }

  #question(userTurnId: string): UserTurn | undefined {
    return this.#conversation
      .state()
      .turns.filter((turn) => turn.role === 'user')
      .find(({ id }) => id === userTurnId);
  }

  #showNotice(notice: Notice): void {
    this.#conversation.emit({ type: 'noticeShown', notice });
  }
}
