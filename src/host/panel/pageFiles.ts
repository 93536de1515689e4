import type { ImageFailure } from '../../core/failure.ts';
import { MAX_FILE_BYTES } from '../../core/plan/limits.ts';
import type { OfferedFile } from '../../core/conversation/protocol.ts';
import { failed, success, type Result } from '../../core/result.ts';
import { Disposable } from '../disposable.ts';
import type { ImageSource, SourceBytes } from '../images/imageSource.ts';
import type { Post } from './pageServices.ts';
import type { TemporaryImages } from '../images/temporaryImages.ts';

type Received = Result<Uint8Array, ImageFailure>;

const NEVER_CAME: Received = failed({ kind: 'handoverFailed' });

/**
 * Files of which only the page has the bytes: each is asked for when it is its turn. They are gone
 * with the page: one that is built anew has none of them.
 */
export class PageFiles extends Disposable {
  readonly #post: Post;
  readonly #temporary: Pick<TemporaryImages, 'put'>;
  /** What is done with the bytes that were asked for, by the file's id. */
  readonly #awaited = new Map<string, (received: Received) => void>();

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

  /** The bytes of a file that was asked for; others are not looked at. */
  receive(fileId: string, bytes: Uint8Array): void {
    this.#awaited.get(fileId)?.(success(bytes));
  }

  /** The page cannot read a file that it was asked for. */
  fail(fileId: string): void {
    this.#awaited.get(fileId)?.(NEVER_CAME);
  }

  override dispose(): void {
    super.dispose();
    for (const settle of this.#awaited.values()) {
      settle(NEVER_CAME);
    }
  }

  async #read(
    { fileId, name, byteLength }: OfferedFile,
    signal: AbortSignal,
  ): Promise<Result<SourceBytes, ImageFailure>> {
    if (byteLength > MAX_FILE_BYTES) {
      return failed({ kind: 'fileTooLarge', bytes: byteLength, limit: MAX_FILE_BYTES });
    }
    const received = await this.#ask(fileId, signal);
    if (!received.ok) {
      return received;
    }
    const bytes = received.value;
    if (bytes.length === 0) {
      return failed({ kind: 'fileEmpty' });
    }
    if (bytes.length > byteLength) {
      return failed({ kind: 'fileTooLarge', bytes: bytes.length, limit: byteLength });
    }
    try {
      const file = await this.#temporary.put(name, bytes);
      return success({ bytes, uri: file.toString() });
    } catch (error) {
      return failed(writeFailure(error));
    }
  }

  async #ask(fileId: string, signal: AbortSignal): Promise<Received> {
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
      this.#awaited.set(fileId, (received) => {
        this.#awaited.delete(fileId);
        signal.removeEventListener('abort', abort);
        resolve(received);
      });
      void this.#post({ type: 'sendFile', fileId }).then((arrived) => {
        if (!arrived) {
          this.fail(fileId);
        }
      });
    });
  }
}

function writeFailure(error: unknown): ImageFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'Unknown';
  const detail = error instanceof Error ? error.message : String(error);
  return { kind: 'fileUnreadable', code, detail };
}
