import type { ImageFailure } from '../../core/failure.ts';
import { MAX_FILE_BYTES } from '../../core/plan/limits.ts';
import type { OfferedFile } from '../../core/conversation/protocol.ts';
import { failed, success, type Result } from '../../core/result.ts';
import { Disposable } from '../disposable.ts';
import type { ImageSource, SourceBytes } from '../images/imageSource.ts';
import type { Post } from './pageServices.ts';
import type { TemporaryImages } from '../images/temporaryImages.ts';
import { systemCode } from '../storage/systemError.ts';

type Received = Result<Uint8Array, ImageFailure>;

/** What was asked for. */
interface Asked {
  readonly from: number;
  readonly settle: (received: Received) => void;
}

const NEVER_CAME: Received = failed({ kind: 'handoverFailed' });

/**
 * Files of which only the page has the bytes: each is asked for when it is its turn. They are gone
 * with the page: one that is built anew has none of them.
 */
export class PageFiles extends Disposable {
  readonly #post: Post;
  readonly #temporary: Pick<TemporaryImages, 'put'>;
  /** By the file's id. */
  readonly #awaited = new Map<string, Asked>();

  constructor(post: Post, temporary: Pick<TemporaryImages, 'put'>) {
    super();
    this.#post = post;
    this.#temporary = temporary;
  }

  /** The files as sources, in their order. They fail with `handoverFailed` once the page is gone. */
  sources(files: readonly OfferedFile[]): readonly ImageSource[] {
    return files.map((file) => ({
      name: file.name,
      read: async (signal) => this.#read(file, signal),
    }));
  }

  /** A piece of a file that was asked for; others are not looked at. */
  receive(fileId: string, from: number, bytes: Uint8Array): void {
    const asked = this.#awaited.get(fileId);
    if (asked?.from === from) {
      asked.settle(success(bytes));
    }
  }

  /** The page cannot read a file that it was asked for. */
  fail(fileId: string): void {
    this.#awaited.get(fileId)?.settle(NEVER_CAME);
  }

  override dispose(): void {
    super.dispose();
    for (const { settle } of this.#awaited.values()) {
      settle(NEVER_CAME);
    }
  }

  async #read(file: OfferedFile, signal: AbortSignal): Promise<Result<SourceBytes, ImageFailure>> {
    const { name, byteLength } = file;
    if (byteLength === 0) {
      return failed({ kind: 'fileEmpty' });
    }
    if (byteLength > MAX_FILE_BYTES) {
      return failed({ kind: 'fileTooLarge', bytes: byteLength, limit: MAX_FILE_BYTES });
    }
    const received = await this.#collect(file, signal);
    if (!received.ok) {
      return received;
    }
    const bytes = received.value;
    try {
      const kept = await this.#temporary.put(name, bytes);
      return success({ bytes, uri: kept.toString() });
    } catch (error) {
      return failed(writeFailure(error));
    }
  }

  /** In pieces: one message of many megabytes would stop the event loops that it passes through. */
  async #collect({ fileId, byteLength }: OfferedFile, signal: AbortSignal): Promise<Received> {
    const bytes = new Uint8Array(byteLength);
    for (let from = 0; from < byteLength;) {
      const piece = await this.#ask(fileId, from, signal);
      if (!piece.ok) {
        return piece;
      }
      const { length } = piece.value;
      if (length === 0 || from + length > byteLength) {
        return NEVER_CAME;
      }
      bytes.set(piece.value, from);
      from += length;
    }
    return success(bytes);
  }

  async #ask(fileId: string, from: number, signal: AbortSignal): Promise<Received> {
    signal.throwIfAborted();
    if (this.isDisposed) {
      return NEVER_CAME;
    }
    return await new Promise<Received>((resolve, reject) => {
      const abort = (): void => {
        this.#awaited.delete(fileId);
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });
      const settle = (received: Received): void => {
        this.#awaited.delete(fileId);
        signal.removeEventListener('abort', abort);
        resolve(received);
      };
      this.#awaited.set(fileId, { from, settle });
      void this.#post({ type: 'sendPiece', fileId, from }).then((arrived) => {
        if (!arrived) {
          this.fail(fileId);
        }
      });
    });
  }
}

function writeFailure(error: unknown): ImageFailure {
  const code = systemCode(error) ?? 'Unknown';
  const detail = error instanceof Error ? error.message : String(error);
  return { kind: 'fileUnreadable', code, detail };
}
