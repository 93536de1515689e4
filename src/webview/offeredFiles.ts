import type { Found } from './folders.ts';
import type { HostPort } from './hostPort.ts';

/** Files of one offer that are kept for the host. More are dropped at once by mistake only. */
const MAX_KEPT = 1000;

/** Larger messages would each keep the workbench and the host from everything else for too long. */
const PIECE_BYTES = 256 * 1024;

/**
 * Files of which only the page has the bytes. The host is told their names and sizes, and asks for
 * those that it wants: the bytes of what is too large or too many never travel.
 */
export class OfferedFiles {
  readonly #port: Pick<HostPort, 'post'>;
  readonly #kept = new Map<string, File>();

  constructor(port: Pick<HostPort, 'post'>) {
    this.#port = port;
  }

  /** Tells the host of the first files, and of how many more there were. */
  offer({ files, unreadable, unsearched }: Found): void {
    const leftOut = Math.max(files.length - MAX_KEPT, 0);
    this.#port.post({
      type: 'offerFiles',
      files: files.slice(0, MAX_KEPT).map(({ file, folder }) => ({
        fileId: this.#keep(file),
        name: file.name,
        byteLength: file.size,
        ...(folder !== undefined && { folder }),
      })),
      ...(leftOut > 0 && { leftOut }),
      ...(unreadable > 0 && { unreadable }),
      ...(unsearched && { unsearched }),
    });
  }

  /**
   * Sends the host the next piece of a file, and lets go of the file with its last. Rejects for a
   * fault that nobody foresaw, of which the host is told all the same.
   */
  async hand(fileId: string, from: number): Promise<void> {
    const file = this.#kept.get(fileId);
    const piece = file?.slice(from, from + PIECE_BYTES);
    let bytes: Uint8Array<ArrayBuffer> | undefined;
    try {
      bytes = piece && (await bytesOf(piece));
    } finally {
      if (!file || !bytes || from + bytes.length >= file.size) {
        this.#kept.delete(fileId);
      }
      if (bytes) {
        this.#port.post({ type: 'filePiece', fileId, from, bytes }, [bytes.buffer]);
      } else {
        this.#port.post({ type: 'fileFailed', fileId });
      }
    }
  }

  #keep(file: File): string {
    const fileId = crypto.randomUUID();
    this.#kept.set(fileId, file);
    return fileId;
  }
}

/** `undefined` when the file is gone, has changed since, or is not the user's to read. */
async function bytesOf(file: Blob): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    if (error instanceof DOMException) {
      return undefined;
    }
    throw error;
  }
}
