import type { AnswerOutcome } from '../../claude/claudeApi.ts';
import type { AttachedImage, Conversation } from '../../core/conversation/conversation.ts';
import { picturesOf } from '../../core/conversation/pictures.ts';
import { imagesSentAsBytes } from '../../core/conversation/request.ts';
import type { PreparedImage } from '../../core/plan/preparedImage.ts';
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
  /** Is told of images that went as bytes although they were to be uploaded. */
  readonly sentInline: (imageIds: readonly string[]) => void;
  /** Makes the request with the images as they are by then. */
  readonly ask: (fileId: FileIdOf) => Promise<AnswerOutcome>;
}

const asBytes: FileIdOf = () => undefined;

/** Lost files are uploaded again once; after that, bytes are sure to arrive. */
const ROUNDS_WITH_FILES = 2;

/** Decides how the images of requests are sent, so that each goes the same way in every request. */
export class RequestImages {
  readonly #uploads: Pick<Uploads, 'provide' | 'forget'>;

  /** The files that the last request of a conversation referred to, by its id. */
  readonly #files = new Map<string, FileIdOf>();

  constructor(uploads: Pick<Uploads, 'provide' | 'forget'>) {
    this.#uploads = uploads;
  }

  /** The files that the images of a conversation go as, as far as its last request tells. */
  fileIdIn(conversationId: string): FileIdOf {
    return this.#files.get(conversationId) ?? asBytes;
  }

  /**
   * Asks with images by the ids of their files where the setting says so, uploaded before where they
   * need to be. Where the server has lost files, asks again at once: with new ones, then with bytes.
   * What went as bytes goes on so: another source in an earlier turn would lose the prompt cache for
   * all after it. Rejects with the reason of the signal where that comes before the request.
   */
  async ask(request: UpcomingRequest): Promise<AnswerOutcome> {
    const { upload, conversation, connection, signal, ask } = request;
    if (upload === 'inline') {
      this.#files.delete(conversation().id);
      return ask(asBytes);
    }
    for (let round = 1; round <= ROUNDS_WITH_FILES; round += 1) {
      const images = withBytes(conversation()).filter(({ inline }) => !inline);
      const ids = await this.#uploads.provide(
        images.flatMap(picturesWithBytes),
        connection,
        signal,
      );
      if (!ids.ok) {
        return { end: { kind: 'failed', failure: ids.error } };
      }
      await request.imagesReady();
      const fileId = fileIdsOf(conversation(), ids.value);
      this.#files.set(conversation().id, fileId);
      const outcome = await ask(fileId);
      const { end, anyText } = outcome;
      if (anyText || end.kind !== 'failed' || end.failure.kind !== 'filesGone') {
        remember(request, fileId, outcome);
        return outcome;
      }
      await this.#forget(end.failure.fileIds, [...ids.value.values()], request);
    }
    this.#files.delete(conversation().id);
    const outcome = await ask(asBytes);
    remember(request, asBytes, outcome);
    return outcome;
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
}

/** An image goes as files with all its parts, or as bytes. */
function fileIdsOf(conversation: Conversation, ids: ReadonlyMap<string, string>): FileIdOf {
  const inline = withBytes(conversation)
    .filter(
      (image) => image.inline || !picturesWithBytes(image).every(({ sha256 }) => ids.has(sha256)),
    )
    .flatMap(picturesWithBytes);
  const hashes = new Set(inline.map(({ sha256 }) => sha256));
  return (sha256) => (hashes.has(sha256) ? undefined : ids.get(sha256));
}

/** What the server has not counted, it has not taken into its cache either. */
function remember(
  { conversation, sentInline }: UpcomingRequest,
  fileId: FileIdOf,
  { usage }: AnswerOutcome,
): void {
  const sent = withBytes(conversation()).filter(
    (image) =>
      !image.inline && picturesWithBytes(image).some(({ sha256 }) => fileId(sha256) === undefined),
  );
  if (usage && sent.length > 0) {
    sentInline(sent.map(({ id }) => id));
  }
}

/** The images of which the next request holds bytes, or the ids of files. */
function withBytes(conversation: Conversation): readonly AttachedImage[] {
  return imagesSentAsBytes({ ...conversation, attachments: [] });
}

/** Not what the API fetches itself. */
function picturesWithBytes(image: AttachedImage): readonly PreparedImage[] {
  return picturesOf(image).filter(({ url }) => url === undefined);
}
