import { readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import { writeAtomically } from '../storage/atomicFile.ts';
import { Lease } from '../storage/lease.ts';
import { makeFolder } from '../storage/privateFiles.ts';
import { FILE_ID } from '../../core/fileId.ts';
import { orMissing } from '../storage/systemError.ts';

/** An image that a server keeps, for the key that it was uploaded with. */
export interface UploadRecord {
  /** Of the bytes that were uploaded. */
  readonly sha256: string;
  readonly fileId: string;
  readonly baseUrl: string;
  /** Tells keys apart without holding one. */
  readonly keyFingerprint: string;
  readonly byteLength: number;
  /** Milliseconds since the epoch. */
  readonly uploadedAt: number;
  /** When the server lets go of it, in milliseconds since the epoch; absent: never. */
  readonly expiresAt?: number;
}

export interface UploadStoreOptions {
  /** Where the records lie; its folder is made when it is needed. */
  readonly file: string;
  /** Is told of a file that could not be read and was set aside under another name. */
  readonly onSetAside: (asideAs: string, reason: 'damaged' | 'newerVersion') => void;
}

const VERSION = 1;

/** Another window has the file for some milliseconds. */
const PATIENCE_MS = 5000;
const POLL_MS = 10;

const time = v.pipe(v.number(), v.finite());
const schema = v.object({
  version: v.literal(VERSION),
  uploads: v.array(
    v.object({
      sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
      fileId: v.pipe(v.string(), v.regex(FILE_ID)),
      baseUrl: v.string(),
      keyFingerprint: v.string(),
      byteLength: v.pipe(v.number(), v.integer(), v.minValue(0)),
      uploadedAt: time,
      expiresAt: v.exactOptional(time),
    }),
  ),
});
const newerSchema = v.object({ version: v.pipe(v.number(), v.gtValue(VERSION)) });

/**
 * What is known of the images that servers keep for this workspace, in a file. It is read anew each
 * time and changed by one window at a time, so that those of a workspace lose nothing of each other.
 */
export class UploadStore {
  readonly #options: UploadStoreOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: UploadStoreOptions) {
    this.#options = options;
  }

  /** The records. Rejects with the error of the file system where the file is there and unreadable. */
  async all(): Promise<readonly UploadRecord[]> {
    return this.#inTurn(
      async () => (await this.#read()) ?? this.#alone(() => this.#readOrSetAside()),
    );
  }

  /**
   * Replaces the records by what `change` makes of them. Rejects with the error of the file system, or
   * when another window does not let go of the file.
   */
  async change(
    change: (records: readonly UploadRecord[]) => readonly UploadRecord[],
  ): Promise<void> {
    const { file } = this.#options;
    await this.#inTurn(async () =>
      this.#alone(async () => {
        const uploads = change(await this.#readOrSetAside());
        await writeAtomically(file, `${JSON.stringify({ version: VERSION, uploads })}\n`);
      }),
    );
  }

  /** Works on the file while no other window does. */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const { file } = this.#options;
    await makeFolder(dirname(file));
    const end = performance.now() + PATIENCE_MS;
    let lease = await Lease.take(`${file}.lease`);
    while (!lease) {
      if (performance.now() > end) {
        throw new Error('Another window does not let go of the list of uploads.');
      }
      await delay(POLL_MS);
      lease = await Lease.take(`${file}.lease`);
    }
    try {
      return await work();
    } finally {
      lease.release();
    }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work, work);
    this.#last = done;
    return done;
  }

  /** `undefined` when they are not of this version, or damaged. */
  async #read(): Promise<readonly UploadRecord[] | undefined> {
    const text = await orMissing(readFile(this.#options.file, 'utf8'));
    if (text === undefined) {
      return [];
    }
    const records = v.safeParse(schema, parsed(text));
    return records.success ? records.output.uploads : undefined;
  }

  async #readOrSetAside(): Promise<readonly UploadRecord[]> {
    const { file, onSetAside } = this.#options;
    const records = await this.#read();
    if (records) {
      return records;
    }
    const value = parsed(await readFile(file, 'utf8'));
    const reason = v.is(newerSchema, value) ? 'newerVersion' : 'damaged';
    const aside = `${file}.${reason}-${crypto.randomUUID().slice(0, 8)}`;
    await rename(file, aside);
    onSetAside(aside, reason);
    return [];
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}
