import * as vscode from 'vscode';
import {
  allImages,
  canSend,
  emptyConversation,
  isAnswering,
  type Conversation,
  type Notice,
} from '../core/conversation.ts';
import { reduce, type ConversationEvent } from '../core/conversationEvent.ts';
import type { RequestFailure } from '../core/failure.ts';
import { MANY_IMAGES } from '../core/limits.ts';
import { modelOf } from '../core/models.ts';
import { imagesBase64Length, planRequest, REQUEST_BASE64_LIMIT } from '../core/request.ts';
import type { Result } from '../core/result.ts';
import type { AnswerOutcome, ClaudeApi } from '../claude/claudeApi.ts';
import type { ApiKeys } from './apiKeys.ts';
import { Attachments, freePlaces, type AttachmentServices } from './attachments.ts';
import { Disposable } from './disposable.ts';
import { usageLabel } from './imageLabels.ts';
import { logFailure, logUnexpected } from './log.ts';
import { readSettings, type Settings } from './settings.ts';
import { TextBuffer } from './textBuffer.ts';
import {
  cutoffNotice,
  imagesTooLargeNotice,
  rejectedImageNotice,
  requestNotice,
  tooManyImagesNotice,
  unsentImagesNotice,
} from './wording.ts';

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
  readonly #held = this.register(new vscode.EventEmitter<void>());
  readonly #sendable = this.register(new vscode.EventEmitter<void>());
  readonly #attachments: Attachments;
  #state: Conversation = emptyConversation(crypto.randomUUID());
  #answer: AbortController | undefined;
  #sending = false;
  #heldText: string | undefined;
  #waitsForKey = false;

  readonly onDidChange = this.#changed.event;
  /** A message could not go: it is to be taken and put into the message box. */
  readonly onDidHoldText = this.#held.event;
  /** What a message waited for is there: what stands in the message box can go. */
  readonly onDidBecomeSendable = this.#sendable.event;

  constructor(services: SessionServices) {
    super();
    this.#services = services;
    this.#attachments = this.register(new Attachments(services, (event) => this.#emit(event)));
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
  async attach(uris: readonly vscode.Uri[]): Promise<readonly string[]> {
    if (uris.length === 0) {
      return [];
    }
    this.#clearNotice();
    const free = freePlaces(this.#state);
    if (uris.length > free) {
      this.#emit({ type: 'noticeShown', notice: tooManyImagesNotice(MANY_IMAGES) });
    }
    return this.#attachments.attach(uris.slice(0, free));
  }

  removeImage(imageId: string): void {
    this.#attachments.remove(imageId);
    this.#clearNotice();
  }

  /** Prepares what was attached and not sent for the model that is set now. */
  async modelChanged(): Promise<void> {
    const ready = this.#state.attachments.filter((image) => image.state === 'ready');
    await this.#attachments.prepareAgain(ready);
  }

  /** Attaches images and asks about them. When not all of them can be sent, the user decides. */
  async describe(uris: readonly vscode.Uri[], prompt: string): Promise<void> {
    const ids = await this.attach(uris);
    // What the user has removed meanwhile is not missed.
    const images = this.#state.attachments.filter((image) => ids.includes(image.id));
    const ready = images.filter((image) => image.state === 'ready');
    if (this.isDisposed || ready.length === 0) {
      return;
    }
    if (ready.length < images.length || ids.length < uris.length) {
      this.#hold(prompt);
      this.#emit({ type: 'noticeShown', notice: unsentImagesNotice(ready.length, uris.length) });
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
        this.#emit({ type: 'noticeShown', notice: requestNotice({ kind: 'keyMissing' }) });
        return false;
      }
      if (!canSend(this.#state, text) || (about.length > 0 && present.length === 0)) {
        return false;
      }
      const tooLarge = imagesTooLarge(this.#state);
      if (tooLarge) {
        this.#emit({ type: 'noticeShown', notice: tooLarge });
        return false;
      }
      this.#waitsForKey = false;
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
      return true;
    };
    // Nobody is asked for a key before there is something to send with it.
    const sent = canSend(this.#state, text) && (await this.#exclusively(send));
    if (!sent && !this.isDisposed && text.trim() !== '') {
      this.#hold(text);
    }
  }

  /** Asks for the last answer again. An earlier one stays: what follows was said knowing it. */
  async retry(turnId: string): Promise<void> {
    if (this.#state.turns.at(-1)?.id !== turnId) {
      return;
    }
    await this.#exclusively(async (apiKey) => {
      if (apiKey !== undefined && this.#state.turns.at(-1)?.id === turnId) {
        const settings = readSettings();
        this.#emit({ type: 'answerRetried', turnId, model: settings.model });
        await this.#streamAnswer(turnId, apiKey, settings);
      }
      return true;
    });
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
    const notice = {
      ...requestNotice({ kind: 'unexpected', detail }),
      actions: ['showLog'],
    } as const;
    this.#emit({ type: 'noticeShown', notice });
  }

  /** Stops the answer that is on its way. What has come of it is kept. */
  stop(): void {
    this.#answer?.abort();
  }

  override dispose(): void {
    this.stop();
    super.dispose();
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

  /** One request at a time, also while the key for it is being asked for. False when it is not. */
  async #exclusively(work: (apiKey: string | undefined) => Promise<boolean>): Promise<boolean> {
    if (this.#sending || isAnswering(this.#state)) {
      return false;
    }
    this.#sending = true;
    try {
      const apiKey = await this.#services.keys.getOrAsk();
      return !this.isDisposed && (await work(apiKey));
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
      logUnexpected(this.#services.log, 'Request failed', error);
      const detail = error instanceof Error ? error.name : typeof error;
      const failure = { kind: 'unexpected', detail } as const;
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
    const { body, images } = planRequest(this.#state, {
      model,
      maxTokens,
      ...(modelOf(model).knowsEffort && { effort }),
      base64: (sha256) => blobs.base64(sha256),
    });
    log.info(`Asking ${model}: ${body.messages.length} messages, ${images.size} images`);
    return api.value.streamAnswer(body, { signal, onText, images });
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
        if (end.failure.kind === 'imagesRejected') {
          const imageIds = end.failure.images.map(({ id }) => id);
          this.#emit({ type: 'imagesRejected', imageIds, notice: rejectedImageNotice() });
        }
        this.#emit({ ...ended, status: 'failed', notice: requestNotice(end.failure) });
        break;
    }
  }

  #emit(event: ConversationEvent): void {
    this.#state = reduce(this.#state, event);
    this.#changed.fire(event);
  }
}

/** What to say when the images are more than a request may hold; nothing when they are not. */
function imagesTooLarge(conversation: Conversation): Notice | undefined {
  const length = imagesBase64Length(conversation);
  if (length <= REQUEST_BASE64_LIMIT) {
    return undefined;
  }
  const [largest] = allImages(conversation).toSorted(
    (a, b) => (b.prepared?.byteLength ?? 0) - (a.prepared?.byteLength ?? 0),
  );
  return imagesTooLargeNotice(largest?.name ?? '', length, REQUEST_BASE64_LIMIT);
}
