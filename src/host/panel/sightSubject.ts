import * as vscode from 'vscode';
import { allImages, type AttachedImage } from '../../core/conversation/conversation.ts';
import type { ConversationEvent } from '../../core/conversation/conversationEvent.ts';
import { pictureCount, picturesOf } from '../../core/conversation/pictures.ts';
import type { OriginalSight, Sight } from '../../core/conversation/sightProtocol.ts';
import type { ImageHeader } from '../../core/formats/imageHeader.ts';
import { probeWhole } from '../../core/formats/probe.ts';
import { failed, type Result } from '../../core/result.ts';
import type { ImageFailure } from '../../core/failure.ts';
import type { ConversationSession } from '../conversation/conversationSession.ts';
import { Disposable } from '../disposable.ts';
import { sourceOfUri } from '../images/imageSource.ts';
import {
  readOriginal,
  type OriginalPicture,
  type ReadOriginal,
} from '../images/originalPicture.ts';
import { logUnexpected } from '../log.ts';
import { readSettings } from '../settings/settings.ts';
import { LOCALE } from '../wording/imageLabels.ts';
import { imageFailureMessage } from '../wording/imageWording.ts';
import {
  imageIsGone,
  originalChanged,
  originalDrawn,
  originalFacts,
  originalNotKept,
} from '../wording/sightWording.ts';
import { choicesSight, sentSight, type Planned } from './sightContent.ts';
import type { SightServices } from './sightPanel.ts';

type Read = Result<ReadOriginal, ImageFailure> | undefined;

/** Events that change neither an image nor what it counts among. */
const OF_ANSWERS: ReadonlySet<ConversationEvent['type']> = new Set([
  'answerBilled',
  'answerDelta',
  'answerEnded',
  'answerRetried',
  'retryScheduled',
  'requestBilled',
  'noticeShown',
  'noticeCleared',
]);

/** One image of a conversation as it is looked at, kept up to date while it is. */
export class SightSubject extends Disposable {
  readonly session: ConversationSession;
  readonly imageId: string;
  readonly #services: SightServices;
  readonly #changed = this.register(new vscode.EventEmitter<void>());
  readonly #ended = this.register(new vscode.EventEmitter<void>());
  readonly #stopping = new AbortController();
  /** The image as last seen: also when the conversation no longer has it. */
  #image: AttachedImage;
  /** What of the image decides which original is read. */
  #readFor: string | undefined;
  #read: Read;
  #reading = false;
  /** Of what was made of the image, for when the original is not there. */
  #made: ImageHeader | undefined;

  readonly onDidChange = this.#changed.event;
  /** Fires when the conversation is gone: there is nothing to look at any more, nor to choose. */
  readonly onDidEnd = this.#ended.event;

  constructor(session: ConversationSession, image: AttachedImage, services: SightServices) {
    super();
    this.session = session;
    this.imageId = image.id;
    this.#image = image;
    this.#services = services;
    this.register(
      session.onDidChange(({ type }) => {
        if (!OF_ANSWERS.has(type)) {
          this.#follow();
        }
      }),
    );
    this.register(session.onDidDispose(() => this.#ended.fire()));
    this.register(vscode.workspace.onDidChangeConfiguration(() => this.#changed.fire()));
    void this.#load();
  }

  get sight(): Sight {
    const { id, name, state, notice, detail, number } = this.#image;
    const isGone = !this.#find();
    const base = {
      imageId: id,
      name,
      original: this.#original(),
      chosen: detail ?? ('asSet' as const),
    };
    if (isGone || state === 'removed') {
      return { ...base, state: 'gone', message: imageIsGone(name), choices: [] };
    }
    const planned = this.#planned();
    return {
      ...base,
      state,
      ...(notice && { message: notice.message }),
      ...(state === 'ready' && sentSight(this.#image, planned)),
      ...choicesSight(this.#image, planned, { sent: number !== undefined }),
    };
  }

  /** The bytes of a picture of the sight; `undefined` for one that is not of it, or is not there. */
  async picture(
    key: string,
  ): Promise<{ readonly mediaType: string; readonly bytes: Uint8Array } | undefined> {
    const original = this.#originalPicture();
    if (original && key === this.#originalKey()) {
      return { mediaType: original.mediaType, bytes: posted(original.bytes) };
    }
    const part = picturesOf(this.#image).find(({ sha256 }) => sha256 === key);
    const bytes = part && (await this.#services.blobs.get(part.sha256));
    return bytes && { mediaType: part.mediaType, bytes: posted(bytes) };
  }

  override dispose(): void {
    this.#stopping.abort();
    super.dispose();
  }

  #follow(): void {
    const image = this.#find();
    this.#image = image ?? this.#image;
    void this.#load();
    this.#changed.fire();
  }

  #find(): AttachedImage | undefined {
    return allImages(this.session.state).find(({ id }) => id === this.imageId);
  }

  /** Reads the original, when it is another one than was read. One at a time. */
  async #load(): Promise<void> {
    const { uri, original, state } = this.#image;
    // What it will be compared with is known when it is prepared.
    const wanted = `${uri} ${original?.sha256} ${state === 'ready'}`;
    if (this.#reading || wanted === this.#readFor || state === 'preparing') {
      return;
    }
    this.#reading = true;
    this.#readFor = wanted;
    const { blobs, preparer, sourceOf = sourceOfUri } = this.#services;
    const { signal } = this.#stopping;
    try {
      const image = this.#image;
      this.#read = await readOriginal(image, { blobs, preparer, sourceOf }, signal);
      const bytes = image.prepared && (await blobs.get(image.prepared.sha256));
      const probed = bytes && probeWhole(bytes);
      this.#made = probed?.ok ? probed.value : undefined;
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      logUnexpected(this.#services.log, 'Original not read', error);
      const detail = error instanceof Error ? error.name : typeof error;
      this.#read = failed({ kind: 'preparationCrashed', detail });
    } finally {
      this.#reading = false;
    }
    if (!this.isDisposed) {
      this.#changed.fire();
      await this.#load();
    }
  }

  #planned(): Planned {
    const others = allImages(this.session.state).filter(({ id }) => id !== this.imageId);
    const { model, detail } = readSettings();
    const header = this.#header();
    return { ...header, model, set: detail, otherPictures: pictureCount(others) };
  }

  /** Of what it would be prepared from anew: the original, or what was made of it. */
  #header(): Pick<Planned, 'source'> {
    if (this.#read?.ok) {
      const { header, facts, changed } = this.#read.value;
      return { source: { header, byteLength: facts.byteLength, isOriginal: !changed } };
    }
    const { prepared } = this.#image;
    return this.#made && prepared && !this.#reading
      ? {
          source: { header: this.#made, byteLength: prepared.byteLength, isOriginal: false },
        }
      : {};
  }

  #original(): OriginalSight {
    const { original, uri, name } = this.#image;
    const known = original && { facts: originalFacts(original), size: original };
    if (!this.#read) {
      const isNowhere = this.#readFor !== undefined && !this.#reading && uri === undefined;
      return {
        facts: '',
        ...known,
        ...(isNowhere && { message: originalNotKept() }),
      };
    }
    if (!this.#read.ok) {
      const message = imageFailureMessage(name, this.#read.error, LOCALE);
      return { facts: '', ...known, message };
    }
    const { facts, header, changed, picture } = this.#read.value;
    if (changed) {
      return { facts: '', ...known, message: originalChanged() };
    }
    const shown = { facts: originalFacts(facts), size: header.size };
    if (!picture?.ok) {
      const message = picture && imageFailureMessage(name, picture.error, LOCALE);
      return { ...shown, ...(message !== undefined && { message }) };
    }
    const { drawn } = picture.value;
    return {
      ...shown,
      key: this.#originalKey(),
      ...(drawn && { message: originalDrawn(facts.format, drawn === 'smaller') }),
    };
  }

  #originalPicture(): OriginalPicture | undefined {
    const read = this.#read?.ok ? this.#read.value : undefined;
    return read?.picture?.ok ? read.picture.value : undefined;
  }

  #originalKey(): string {
    return this.#read?.ok ? `original ${this.#read.value.facts.sha256}` : '';
  }
}

/** A webview gets typed arrays as such by the name of their class: a Buffer arrives as JSON. */
function posted(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
