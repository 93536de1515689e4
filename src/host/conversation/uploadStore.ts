import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { FOLDER_MODE, writeAtomically } from '../storage/atomicFile.ts';
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

const time = v.pipe(v.number(), v.finite());
const schema = v.object({
  version: v.literal(VERSION),
  uploads: v.array(
    v.object({
      sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
      fileId: v.pipe(v.string(), v.minLength(1)),
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
 * time, so that two windows on one workspace know of each other's.
 */
export class UploadStore {
  readonly #options: UploadStoreOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: UploadStoreOptions) {
    this.#options = options;
  }

  /** The records. Rejects with the error of the file system where the file is there and unreadable. */
  async all(): Promise<readonly UploadRecord[]> {
    return this.#inTurn(() => this.#read());
  }

  /** Replaces the records by what `change` makes of them. Rejects with the error of the file system. */
  async change(
    change: (records: readonly UploadRecord[]) => readonly UploadRecord[],
  ): Promise<void> {
    await this.#inTurn(async () => {
      const text = JSON.stringify({ version: VERSION, uploads: change(await this.#read()) });
      const { file } = this.#options;
      await mkdir(dirname(file), { recursive: true, mode: FOLDER_MODE });
      await writeAtomically(file, `${text}\n`);
    });
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work, work);
    this.#last = done;
    return done;
  }

  async #read(): Promise<readonly UploadRecord[]> {
    const { file, onSetAside } = this.#options;
    const text = await orMissing(readFile(file, 'utf8'));
    if (text === undefined) {
      return [];
    }
    const value = parsed(text);
    const records = v.safeParse(schema, value);
    if (records.success) {
      return records.output.uploads;
    }
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
