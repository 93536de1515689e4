import { setTimeout as sleep } from 'node:timers/promises';
import type { AnswerOutcome, ClaudeApi } from '../../claude/claudeApi.ts';
import { fetchesImages } from '../../claude/fetchesImages.ts';
import type { Notice, Usage } from '../../core/conversation/conversation.ts';
import type { Billed } from '../../core/conversation/billing.ts';
import { excessOf, newlyTaken, suspectsAmong } from '../../core/conversation/requestPlan.ts';
import type { RequestFailure, RequestImage } from '../../core/failure.ts';
import { modelOf } from '../../core/plan/models.ts';
import { planRequest } from '../../core/conversation/request.ts';
import { abortable } from '../abortable.ts';
import { billedOf, usageOfEnd } from './answerBill.ts';
import type { AnsweredConversation, AnswerServices } from './answerServices.ts';
import { failedBy, isRefusal, maxEdgeOf, retryOf, type Attempt, type Retry } from './attempt.ts';
import type { FileIdOf } from './requestImages.ts';
import { rejectedImageNotice } from '../wording/conversationWording.ts';
import { logAnswer, logRetry, logUnexpected } from '../log.ts';
import { requestBytes } from './requestBytes.ts';
import { readSettings, type Settings } from '../settings/settings.ts';
import { TextBuffer } from './textBuffer.ts';
import { filesConnection } from './uploads.ts';
import { earlyEndNotice, failureNotice } from '../wording/waysOnWording.ts';
import { retryNotice } from '../wording/wording.ts';

/**
 * Gets one answer: asks, streams, and asks again by itself after a fault that passes. A fault after
 * the first text is left to the user, who may want to keep what has come.
 */
export class Answering {
  readonly #turnId: string;
  readonly #services: AnswerServices;
  readonly #conversation: AnsweredConversation;
  readonly #stopping = new AbortController();
  /** Cuts the present wait short. */
  #waiting: AbortController | undefined;
  /** What the last request held. */
  #sent: readonly RequestImage[] = [];
  /** What the last request was billed; told when another takes its place. */
  #billed: Billed | undefined;

  constructor(turnId: string, services: AnswerServices, conversation: AnsweredConversation) {
    this.#turnId = turnId;
    this.#services = services;
    this.#conversation = conversation;
  }

  /** Stops the answer; what has come of it is kept. During a wait, the retry is given up. */
  stop(): void {
    this.#stopping.abort();
  }

  /** Ends the present wait, so that the question goes at once. Does nothing when there is none. */
  retryNow(): void {
    this.#waiting?.abort();
  }

  /** Settles when the answer has come to its end, and the conversation has been told. Never rejects. */
  async run(firstKey: string | undefined): Promise<void> {
    let apiKey: string | undefined | Promise<string | undefined> = firstKey;
    for (let retries = 0; ; retries += 1) {
      const attempt = await this.#ask(apiKey);
      const retry = retryOf(attempt, retries);
      if (!retry) {
        this.#end(attempt);
        return;
      }
      await this.#wait(retry, retries + 1, billedOf(attempt.outcome, attempt.model));
      if (this.#stopping.signal.aborted) {
        // What it has cost was told with the wait.
        const { usage: _, ...outcome } = attempt.outcome;
        this.#end({ ...attempt, outcome });
        return;
      }
      // It may have been changed during the wait.
      apiKey = this.#services.keys.getOrAsk();
      const { model } = readSettings();
      this.#conversation.emit({ type: 'answerRetried', turnId: this.#turnId, model });
    }
  }

  async #wait(
    { failure, seconds }: Retry,
    retry: number,
    billed: Billed | undefined,
  ): Promise<void> {
    logRetry(this.#services.log, retry, seconds);
    const waiting = new AbortController();
    this.#waiting = waiting;
    const signal = AbortSignal.any([waiting.signal, this.#stopping.signal]);
    const at = Date.now() + seconds * 1000;
    this.#conversation.emit({
      type: 'retryScheduled',
      turnId: this.#turnId,
      retry: { at, seconds },
      notice: retryNotice(failure, retry),
      ...(billed && { billed }),
    });
    try {
      await sleep(seconds * 1000, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
    } finally {
      this.#waiting = undefined;
    }
  }

  async #ask(apiKey: string | undefined | Promise<string | undefined>): Promise<Attempt> {
    const { signal } = this.#stopping;
    const settings = readSettings();
    const start = performance.now();
    let firstTextAt: number | undefined;
    const buffer = new TextBuffer((text) =>
      this.#conversation.emit({ type: 'answerDelta', turnId: this.#turnId, text }),
    );
    let outcome: AnswerOutcome;
    try {
      const key = await abortable(Promise.resolve(apiKey), signal);
      outcome = await this.#requestAdapted(key, settings, (text) => {
        firstTextAt ??= performance.now();
        buffer.push(text);
      });
    } catch (error) {
      outcome =
        signal.aborted && error === signal.reason
          ? { end: { kind: 'stopped' } }
          : this.#unexpected(error);
    } finally {
      buffer.end();
    }
    if (outcome.usage) {
      // It is that of the last request, and told with the end or the wait.
      this.#billed = undefined;
    }
    this.#tellBilled();
    logAnswer(this.#services.log, outcome, {
      milliseconds: performance.now() - start,
      ...(firstTextAt !== undefined && { firstTextMilliseconds: firstTextAt - start }),
    });
    return { outcome, anyText: firstTextAt !== undefined, model: settings.model };
  }

  #unexpected(error: unknown): AnswerOutcome {
    logUnexpected(this.#services.log, 'Request failed', error);
    const detail = error instanceof Error ? error.name : typeof error;
    return failedBy({ kind: 'unexpected', detail });
  }

  /**
   * Asks, and once more with bytes when a request is refused that has images by their address: what
   * was fetched here the API may not get at, and what it got at once may be gone by a later turn. And
   * once more with smaller images where it says that they are too large.
   */
  async #requestAdapted(
    apiKey: string | undefined,
    settings: Settings,
    onText: (text: string) => void,
  ): Promise<AnswerOutcome> {
    const { log } = this.#services;
    const { signal } = this.#stopping;
    let outcome = await this.#request(apiKey, settings, onText);
    if (isRefusal(outcome) && (await abortable(this.#conversation.sendBytesInstead(), signal))) {
      const id = outcome.requestId ?? '';
      log.info(`Refused with images by their address, asking with bytes ${id}`);
      outcome = await this.#request(apiKey, settings, onText);
    }
    const maxEdge = maxEdgeOf(outcome);
    if (
      maxEdge !== undefined &&
      (await abortable(this.#conversation.shortenImages(maxEdge), signal))
    ) {
      log.info(`Refused for edges over ${maxEdge} pixels, asking with smaller images`);
      outcome = await this.#request(apiKey, settings, onText);
    }
    return outcome;
  }

  /** Rejects with the reason of the stop where that comes before the request. */
  async #request(
    apiKey: string | undefined,
    settings: Settings,
    onText: (text: string) => void,
  ): Promise<AnswerOutcome> {
    if (apiKey === undefined) {
      return failedBy({ kind: 'keyMissing' });
    }
    const { connect, requestImages } = this.#services;
    const { signal } = this.#stopping;
    const imagesReady = async () => abortable(this.#imagesReady(settings.baseUrl), signal);
    await imagesReady();
    const api = await connect(apiKey);
    signal.throwIfAborted();
    if (!api.ok) {
      return failedBy(api.error);
    }
    return requestImages.ask({
      upload: settings.upload,
      conversation: this.#conversation.state,
      connection: filesConnection(api.value.files, apiKey),
      signal,
      imagesReady,
      sentInline: (imageIds) => this.#conversation.emit({ type: 'imagesSentInline', imageIds }),
      ask: async (fileId) => this.#stream(api.value, settings, fileId, onText),
    });
  }

  async #stream(
    api: ClaudeApi,
    settings: Settings,
    fileId: FileIdOf,
    onText: (text: string) => void,
  ): Promise<AnswerOutcome> {
    const { blobs, cacheRefusals, log } = this.#services;
    const { signal } = this.#stopping;
    const base64 = await abortable(requestBytes(this.#conversation, blobs, fileId), signal);
    const { model, maxTokens, effort, systemPrompt, answerLanguage } = settings;
    const conversation = this.#conversation.state();
    const excess = excessOf(conversation, settings, fileId);
    if (excess) {
      return failedBy(excess);
    }
    return cacheRefusals.send({
      baseUrl: settings.baseUrl,
      plan: (uncached) =>
        planRequest(conversation, {
          model,
          maxTokens,
          ...(modelOf(model).knowsEffort && { effort }),
          systemPrompt,
          answerLanguage,
          base64: (sha256) => known(base64.get(sha256)),
          fileId,
          uncached,
        }),
      send: async ({ body, images }) => {
        this.#tellBilled();
        this.#sent = [...images.values()];
        log.info(`Asking ${model}: ${body.messages.length} messages, ${images.size} images`);
        const onUsage = (usage: Usage) => this.#tellBilledSoFar({ usage }, model);
        const outcome = await api.streamAnswer(body, { signal, onText, onUsage, images });
        this.#billed = billedOf(outcome, model);
        return outcome;
      },
    });
  }

  /** A window that ends in the answer has this to count. */
  #tellBilledSoFar(outcome: Pick<AnswerOutcome, 'usage'>, model: string): void {
    const billed = billedOf(outcome, model);
    if (billed) {
      this.#conversation.emit({ type: 'answerBilled', turnId: this.#turnId, billed });
    }
  }

  #tellBilled(): void {
    if (this.#billed) {
      const billed = this.#billed;
      this.#conversation.emit({ type: 'requestBilled', turnId: this.#turnId, billed });
      this.#billed = undefined;
    }
  }

  /** The server may have been changed since an image was sent by its address. */
  async #imagesReady(baseUrl: string): Promise<void> {
    const isFetching = this.#services.fetchesImages ?? fetchesImages;
    await this.#conversation.imagesReady();
    if (!isFetching(baseUrl) && (await this.#conversation.sendBytesInstead())) {
      // One of them may have been replaced meanwhile.
      await this.#conversation.imagesReady();
    }
  }

  #end({ outcome, model }: Attempt): void {
    const { end } = outcome;
    const bill = this.#conversation.state().billed ?? [];
    const billed = usageOfEnd(billedOf(outcome, model), bill);
    const ended = {
      type: 'answerEnded',
      turnId: this.#turnId,
      ...billed,
      // What is billed was taken.
      ...(outcome.usage && { accepted: newlyTaken(this.#conversation.state(), this.#sent) }),
    } as const;
    switch (end.kind) {
      case 'complete':
      case 'stopped':
        this.#conversation.emit({ ...ended, status: end.kind });
        break;
      case 'cutOff': {
        const status = end.cutoff.kind === 'refused' ? 'refused' : 'cutOff';
        const notice = earlyEndNotice(end.cutoff, this.#conversation.state(), model);
        this.#conversation.emit({ ...ended, status, notice });
        break;
      }
      case 'failed': {
        const notice = this.#fault(end.failure, model);
        this.#conversation.emit({ ...ended, status: 'failed', notice });
        break;
      }
    }
  }

  /** What to say of a fault. Images that the API refused are left out from now on. */
  #fault(told: RequestFailure, model: string): Notice {
    const conversation = this.#conversation.state();
    const failure =
      told.kind === 'someImageRejected'
        ? { ...told, images: suspectsAmong(conversation, told.images) }
        : told;
    if (failure.kind === 'imagesRejected' || failure.kind === 'someImageRejected') {
      const images = failure.images.map(({ id, prepared }) => ({ id, sha256: prepared?.sha256 }));
      this.#conversation.emit({ type: 'imagesRejected', images, notice: rejectedImageNotice() });
    }
    const fileId = this.#services.requestImages.fileIdIn(conversation.id);
    return failureNotice(failure, conversation, model, fileId);
  }
}

/** What was loaded for the request: an image that came into it since is a fault here. */
function known(base64: string | undefined): string {
  if (base64 === undefined) {
    throw new Error('An image went into the request after its bytes were loaded.');
  }
  return base64;
}
