import type { AnswerOutcome } from '../../claude/claudeApi.ts';
import type { Conversation } from '../../core/conversation/conversation.ts';
import { picturesOf } from '../../core/conversation/pictures.ts';
import { imagesSentAsBytes } from '../../core/conversation/request.ts';
import type { Upload } from '../settings/settingsValues.ts';
import type { FilesConnection, Uploads } from './uploads.ts';

/** The id of the file that an image is sent as; without one its bytes are sent. */
export type FileIdOf = (sha256: string) => string | undefined;

/** A request that is about to be made. */
export interface UpcomingRequest {
  readonly upload: Upload;
  readonly conversation: () => Conversation;
  readonly connection: FilesConnection;
  readonly signal: AbortSignal;
  /** Settles when no image that was sent is being prepared. */
  readonly imagesReady: () => Promise<void>;
  /** Makes the request with the images as they are by then. */
  readonly ask: (fileId: FileIdOf) => Promise<AnswerOutcome>;
}

const asBytes: FileIdOf = () => undefined;

/** Lost files are uploaded again once; after that, bytes are sure to arrive. */
const ROUNDS_WITH_FILES = 2;

/** Decides how the images of requests are sent, so that each goes the same way in every request. */
export class RequestImages {
  readonly #uploads: Uploads;
  /**
   * The images that a conversation has sent as bytes although they were to be uploaded, by its id.
   * They go on so: another source in an earlier turn would lose the prompt cache for all after it.
   */
  readonly #asBytes = new Map<string, Set<string>>();

  /** The files that the last request of a conversation referred to, by its id. */
  readonly #files = new Map<string, FileIdOf>();

  constructor(uploads: Uploads) {
    this.#uploads = uploads;
  }

  /** The files that the images of a conversation go as, as far as its last request tells. */
  fileIdIn(conversationId: string): FileIdOf {
    return this.#files.get(conversationId) ?? asBytes;
  }

  /**
   * Asks with images by the ids of their files where the setting says so, uploaded before where they
   * need to be. Where the server has lost files, asks again at once: with new ones, then with bytes.
   * Rejects with the reason of the signal where that comes before the request.
   */
  async ask(request: UpcomingRequest): Promise<AnswerOutcome> {
    const { upload, conversation, connection, signal, ask } = request;
    if (upload === 'inline') {
      this.#forgetConversation(conversation().id);
      return ask(asBytes);
    }
    for (let round = 1; round <= ROUNDS_WITH_FILES; round += 1) {
      const before = this.#asBytes.get(conversation().id);
      const images = preparedImages(conversation()).filter(({ sha256 }) => !before?.has(sha256));
      const ids = await this.#uploads.provide(images, connection, signal);
      if (!ids.ok) {
        return { end: { kind: 'failed', failure: ids.error } };
      }
      await request.imagesReady();
      const fileId: FileIdOf = (sha256) => ids.value.get(sha256);
      this.#files.set(conversation().id, fileId);
      const outcome = await ask(fileId);
      const { end, anyText } = outcome;
      if (anyText || end.kind !== 'failed' || end.failure.kind !== 'filesGone') {
        this.#remember(conversation(), fileId, outcome);
        return outcome;
      }
      await this.#forget(end.failure.fileIds, [...ids.value.values()], request);
    }
    this.#files.delete(conversation().id);
    const outcome = await ask(asBytes);
    this.#remember(conversation(), asBytes, outcome);
    return outcome;
  }

  /** A conversation is no more. */
  conversationDeleted(id: string): void {
    this.#forgetConversation(id);
  }

  #forgetConversation(id: string): void {
    this.#asBytes.delete(id);
    this.#files.delete(id);
  }

  /** Where one file is gone, others may be: the API may name only the first of them. */
  async #forget(
    gone: readonly string[],
    all: readonly string[],
    { connection, signal }: UpcomingRequest,
  ): Promise<void> {
    const others = all.filter((id) => !gone.includes(id));
    const missing = others.length > 0 ? await connection.files.missing(others, signal) : undefined;
    await this.#uploads.forget([...gone, ...(missing?.ok ? missing.value : [])]);
  }

  /** What the server has not counted, it has not taken into its cache either. */
  #remember(conversation: Conversation, fileId: FileIdOf, { usage }: AnswerOutcome): void {
    if (!usage) {
      return;
    }
    const sent = this.#asBytes.get(conversation.id) ?? new Set();
    for (const { sha256 } of preparedImages(conversation)) {
      if (fileId(sha256) === undefined) {
        sent.add(sha256);
      }
    }
    this.#asBytes.set(conversation.id, sent);
  }
}

/** The pictures that the next request holds the bytes of, or the ids: those of tiles too. */
function preparedImages(conversation: Conversation) {
  return imagesSentAsBytes({ ...conversation, attachments: [] }).flatMap((image) =>
    picturesOf(image),
  );
}
