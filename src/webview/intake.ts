import type { NothingFound } from '../core/conversation/protocol.ts';
import { filesIn } from './folders.ts';
import type { HostPort } from './hostPort.ts';
import type { OfferedFiles } from './offeredFiles.ts';
import type { Transferred } from './transfer.ts';

/** Where images that come into the page go: to the host, as bytes that it may ask for or addresses. */
export class Intake {
  readonly #port: Pick<HostPort, 'post'>;
  readonly #files: OfferedFiles;

  constructor(port: Pick<HostPort, 'post'>, files: OfferedFiles) {
    this.#port = port;
    this.#files = files;
  }

  /** Hands on what a drop or a paste held, or that there was nothing to attach in it. */
  async take({ uris, entries }: Transferred, otherwise: NothingFound): Promise<void> {
    const found = await filesIn(entries);
    const isTold = found.files.length > 0 || found.unreadable > 0 || found.unsearched;
    if (isTold) {
      this.#files.offer(found);
    }
    if (uris.length > 0) {
      this.#port.post({ type: 'attachUris', uris });
    }
    if (!isTold && uris.length === 0) {
      this.nothing(otherwise);
    }
  }

  nothing(reason: NothingFound): void {
    this.#port.post({ type: 'nothingFound', reason });
  }
}
