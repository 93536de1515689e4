import { Answering } from './answering.ts';
import type { AnsweredConversation, AnswerServices } from './answerServices.ts';
import { Disposable } from '../disposable.ts';

/** The requests of a conversation: one at a time, also while the key for it is being asked for. */
export class Requests extends Disposable {
  readonly #services: AnswerServices;
  readonly #conversation: AnsweredConversation;
  #present: Promise<boolean> | undefined;
  #answering: Answering | undefined;

  constructor(services: AnswerServices, conversation: AnsweredConversation) {
    super();
    this.#services = services;
    this.#conversation = conversation;
  }

  /** Whether a request is under way. */
  get isBusy(): boolean {
    return this.#present !== undefined;
  }

  /** Settles when the present request is over. */
  async over(): Promise<void> {
    await Promise.allSettled([this.#present]);
  }

  /**
   * Does what takes a request, with the key, or without one when the user has declined to give it.
   * False when another request is under way, or when the work says so.
   */
  async exclusively(work: (apiKey: string | undefined) => Promise<boolean>): Promise<boolean> {
    if (this.isBusy) {
      return false;
    }
    const request = this.#withKey(work).finally(() => {
      this.#present = undefined;
    });
    this.#present = request;
    return request;
  }

  /** Gets the answer that the conversation waits for. Without a key, the answer says it needs one. */
  async answer(turnId: string, apiKey: string | undefined): Promise<void> {
    this.#answering = new Answering(turnId, this.#services, this.#conversation);
    await this.#answering.run(apiKey);
    this.#answering = undefined;
  }

  /** Stops the answer that is on its way, or gives up its retry. */
  stop(): void {
    this.#answering?.stop();
  }

  /** Asks at once for an answer that waits to be asked for again. */
  retryNow(): void {
    this.#answering?.retryNow();
  }

  override dispose(): void {
    this.stop();
    super.dispose();
  }

  async #withKey(work: (apiKey: string | undefined) => Promise<boolean>): Promise<boolean> {
    const apiKey = await this.#services.keys.getOrAsk();
    return !this.isDisposed && (await work(apiKey));
  }
}
