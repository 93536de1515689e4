import type { HostPort } from './hostPort.ts';

/** Files kept for the host at most. More are dropped at once by mistake only. */
const MAX_KEPT = 1000;

/**
 * Files of which only the page has the bytes. The host is told their names and sizes, and asks for
 * those that it wants: the bytes of what is too large or too many never travel.
 */
export class OfferedFiles {
  readonly #port: Pick<HostPort, 'post'>;
  readonly #kept = new Map<string, File>();
  #reading: Promise<void> = Promise.resolve();

  constructor(port: Pick<HostPort, 'post'>) {
    this.#port = port;
  }

  offer(files: readonly File[]): void {
    const offered = files.map((file) => ({ fileId: crypto.randomUUID(), file }));
    for (const { fileId, file } of offered) {
      this.#kept.set(fileId, file);
    }
    for (const fileId of [...this.#kept.keys()].slice(0, -MAX_KEPT)) {
      this.#kept.delete(fileId);
    }
    this.#port.post({
      type: 'offerFiles',
      files: offered.map(({ fileId, file: { name, size } }) => ({
        fileId,
        name,
        byteLength: size,
      })),
    });
  }

  /** Sends the bytes of a file to the host, after those asked for before, and lets go of it. */
  hand(fileId: string): void {
    this.#reading = this.#reading.then(() => this.#send(fileId));
  }

  /** Lets go of all. */
  clear(): void {
    this.#kept.clear();
  }

  async #send(fileId: string): Promise<void> {
    const file = this.#kept.get(fileId);
    this.#kept.delete(fileId);
    const bytes = file && (await bytesOf(file));
    if (bytes) {
      this.#port.post({ type: 'file', fileId, bytes }, [bytes.buffer]);
    } else {
      this.#port.post({ type: 'fileFailed', fileId });
    }
  }
}

/** `undefined` when the file is gone, has changed since, or is not the user's to read. */
async function bytesOf(file: File): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    if (error instanceof DOMException) {
      return undefined;
    }
    throw error;
  }
}
