import * as vscode from 'vscode';
import {
  emptyConversation,
  isAnswering,
  reduce,
  type Conversation,
  type ConversationEvent,
} from '../core/conversation.ts';
import type { RequestFailure } from '../core/failure.ts';
import { MANY_IMAGES } from '../core/limits.ts';
import { modelOf } from '../core/models.ts';
import { planRequest, REQUEST_BASE64_LIMIT } from '../core/request.ts';
import type { Result } from '../core/result.ts';
import type { AnswerOutcome, ClaudeApi } from '../claude/claudeApi.ts';
import type { ApiKeys } from './apiKeys.ts';
import { Attachments, freePlaces, type AttachmentServices } from './attachments.ts';
import { Disposable } from './disposable.ts';
import { usageLabel } from './imageLabels.ts';
import { errorMessage, logFailure } from './log.ts';
import { readSettings, type Settings } from './settings.ts';
import { TextBuffer } from './textBuffer.ts';
import { cutoffNotice, requestNotice, tooManyImagesNotice, unsentImagesNotice } from './wording.ts';

/** What a conversation needs of the extension. */
export interface SessionServices extends AttachmentServices {
  readonly keys: Pick<ApiKeys, 'getOrAsk'>;
  /** The API for a key, at the server of the settings. */
  readonly connect: (apiKey: string) => Promise<Result<ClaudeApi, RequestFailure>>;
}

/** One conversation at work: it owns the state, and everything that changes it goes through here. */
export class ConversationSession extends Disposable {
  readonly #services: SessionServices;
  readonly #changed = this.register(new vscode.EventEmitter<ConversationEvent>());
  readonly #held = this.register(new vscode.EventEmitter<string>());
  readonly #attachments: Attachments;
  #state: Conversation = emptyConversation(crypto.randomUUID());
  #answer: AbortController | undefined;
  #sending = false;
  #heldText: string | undefined;

  readonly onDidChange = this.#changed.event;
  /** A message that could not go yet, to be put into the message box. */
  readonly onDidHoldText = this.#held.event;

  constructor(services: SessionServices) {
    super();
    this.#services = services;
    this.#attachments = this.register(new Attachments(services, (event) => this.#emit(event)));
  }

  get state(): Conversation {
    return this.#state;
  }

  /** A message that waits for something, such as a key. */
  get heldText(): string | undefined {
    return this.#heldText;
  }

  /** Whether nothing was said or attached yet. */
  get isEmpty(): boolean {
    return this.#state.turns.length === 0 && this.#state.attachments.length === 0;
  }

  /** Attaches as many of the images as the conversation takes, and says so when some are left. */
  async attach(uris: readonly vscode.Uri[]): Promise<void> {
    this.#clearNotice();
    const free = freePlaces(this.#state);
    if (uris.length > free) {
      this.#emit({ type: 'noticeShown', notice: tooManyImagesNotice(MANY_IMAGES) });
    }
    await this.#attachments.attach(uris.slice(0, free));
  }

  removeImage(imageId: string): void {
    this.#attachments.remove(imageId);
    this.#clearNotice();
  }

  /** Attaches images and asks about them. When not all of them can be sent, the user decides. */
  async describe(uris: readonly vscode.Uri[], prompt: string): Promise<void> {
    await this.attach(uris);
    const ready = this.#state.attachments.filter((image) => image.state === 'ready').length;
    if (this.isDisposed || ready === 0) {
      return;
    }
    if (ready === uris.length) {
      await this.send(prompt);
      return;
    }
    this.#hold(prompt);
    this.#emit({ type: 'noticeShown', notice: unsentImagesNotice(ready, uris.length) });
  }

  /**
   * Sends a message with the attachments that are ready and streams the answer. Does nothing while
   * an answer is on its way, while images are being prepared, or when there is nothing to send.
   */
  async send(text: string): Promise<void> {
    if (!this.#hasSomethingToSend(text)) {
      return;
    }
    await this.#exclusively(async (apiKey) => {
      if (apiKey === undefined) {
        this.#hold(text);
        this.#emit({ type: 'noticeShown', notice: requestNotice({ kind: 'keyMissing' }) });
        return;
      }
      this.#heldText = undefined;
      const settings = readSettings();
      const assistantTurnId = crypto.randomUUID();
      this.#emit({
        type: 'messageSent',
        userTurnId: crypto.randomUUID(),
        assistantTurnId,
        text: text.trim(),
        model: settings.model,
      });
      await this.#streamAnswer(assistantTurnId, apiKey, settings);
    });
  }

  /** Asks for the last answer again. An earlier one stays: what follows was said knowing it. */
  async retry(turnId: string): Promise<void> {
    if (this.#state.turns.at(-1)?.id !== turnId) {
      return;
    }
    await this.#exclusively(async (apiKey) => {
      if (apiKey !== undefined) {
        const settings = readSettings();
        this.#emit({ type: 'answerRetried', turnId, model: settings.model });
        await this.#streamAnswer(turnId, apiKey, settings);
      }
    });
  }

  /** Goes on after a key was set: with the message that was held back, else with the last answer. */
  async resume(): Promise<void> {
    const last = this.#state.turns.at(-1);
    if (this.#heldText !== undefined) {
      await this.send(this.#heldText);
    } else if (last?.role === 'assistant' && last.status === 'failed') {
      await this.retry(last.id);
    }
  }

  /** Stops the answer that is on its way. What has come of it is kept. */
  stop(): void {
    this.#answer?.abort();
  }

  override dispose(): void {
    this.stop();
    super.dispose();
  }

  #hasSomethingToSend(text: string): boolean {
    const { attachments } = this.#state;
    return (
      attachments.every((image) => image.state !== 'preparing') &&
      (text.trim() !== '' || attachments.some((image) => image.state === 'ready'))
    );
  }

  /** What was said about the attachments no longer holds once they change. */
  #clearNotice(): void {
    if (this.#state.notice) {
      this.#emit({ type: 'noticeCleared' });
    }
  }

  #hold(text: string): void {
    this.#heldText = text;
    this.#held.fire(text);
  }

  /** One request at a time, also while the key for it is being asked for. */
  async #exclusively(work: (apiKey: string | undefined) => Promise<void>): Promise<void> {
    if (this.#sending || isAnswering(this.#state)) {
      return;
    }
    this.#sending = true;
    try {
      const apiKey = await this.#services.keys.getOrAsk();
      if (!this.isDisposed) {
        await work(apiKey);
      }
    } finally {
      this.#sending = false;
    }
  }

  async #streamAnswer(turnId: string, apiKey: string, settings: Settings): Promise<void> {
    const answer = new AbortController();
    this.#answer = answer;
    const buffer = new TextBuffer((text) => this.#emit({ type: 'answerDelta', turnId, text }));
    let outcome: AnswerOutcome;
    try {
      outcome = await this.#request(apiKey, settings, answer.signal, (text) => buffer.push(text));
    } catch (error) {
      this.#services.log.error(error instanceof Error ? error : String(error));
      const failure = { kind: 'unexpected', detail: errorMessage(error) } as const;
      outcome = { end: { kind: 'failed', failure } };
    } finally {
      this.#answer = undefined;
      buffer.end();
    }
    this.#endAnswer(turnId, outcome, settings.model);
  }

  async #request(
    apiKey: string,
    { model, maxTokens, effort }: Settings,
    signal: AbortSignal,
    onText: (text: string) => void,
  ): Promise<AnswerOutcome> {
    const { blobs, connect, log } = this.#services;
    const api = await connect(apiKey);
    if (!api.ok) {
      return { end: { kind: 'failed', failure: api.error } };
    }
    const { body, imageNames, imageBase64Length } = planRequest(this.#state, {
      model,
      maxTokens,
      ...(modelOf(model).knowsEffort && { effort }),
      base64: (sha256) => blobs.base64(sha256),
    });
    if (imageBase64Length > REQUEST_BASE64_LIMIT) {
      return { end: { kind: 'failed', failure: { kind: 'requestTooLarge' } } };
    }
    log.info(`Asking ${model}: ${body.messages.length} messages, ${imageNames.size} images`);
    return api.value.streamAnswer(body, { signal, onText, imageNames });
  }

  #endAnswer(turnId: string, { end, usage }: AnswerOutcome, model: string): void {
    const billed = usage && { usage, usageLabel: usageLabel(usage, model) };
    const ended = { type: 'answerEnded', turnId, ...billed } as const;
    switch (end.kind) {
      case 'complete':
      case 'stopped':
        this.#emit({ ...ended, status: end.kind });
        break;
      case 'cutOff': {
        const status = end.cutoff.kind === 'refused' ? 'refused' : 'cutOff';
        logFailure(this.#services.log, 'Answer cut off', end.cutoff);
        this.#emit({ ...ended, status, notice: cutoffNotice(end.cutoff) });
        break;
      }
      case 'failed':
        logFailure(this.#services.log, 'Request failed', end.failure);
        this.#emit({ ...ended, status: 'failed', notice: requestNotice(end.failure) });
        break;
    }
  }

  #emit(event: ConversationEvent): void {
    this.#state = reduce(this.#state, event);
    this.#changed.fire(event);
  }
}
