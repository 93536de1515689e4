import assert from 'node:assert/strict';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { after, afterEach, beforeEach } from 'mocha';
import { emptyConversation } from '../../../../src/core/conversation/conversation.ts';
import type { StoredConversation } from '../../../../src/core/conversation/storedConversation.ts';
import type { Result } from '../../../../src/core/result.ts';

/** A folder for each test of a suite, removed after it. */
export function testFolder(): { readonly path: string } {
  const folder = { path: '' };
  beforeEach(() => {
    folder.path = mkdtempSync(join(tmpdir(), 'storage-test-'));
  });
  afterEach(() => rmSync(folder.path, { recursive: true, force: true }));
  return folder;
}

/** A conversation that says what is given, as it is to be saved. */
export function state(text: string, change: Partial<StoredConversation> = {}): StoredConversation {
  return {
    conversation: {
      ...emptyConversation('of the caller'),
      turns: [{ role: 'user', id: 'u1', text, images: [], labelled: false }],
    },
    draft: '',
    createdAt: 1000,
    updatedAt: 0,
    ...change,
  };
}

export function textOf(stored: StoredConversation | undefined): string | undefined {
  return stored?.conversation.turns[0]?.text;
}

export function valueOf<T>(result: Result<T, unknown>): T {
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

export function errorOf<E>(result: Result<unknown, E>): E {
  assert.ok(!result.ok);
  return result.error;
}

/** Another process that runs a file of this folder, talked to by lines. */
export class OtherProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  constructor(file: string, ...args: readonly string[]) {
    this.#child = spawn(process.execPath, [join(import.meta.dirname, file), ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#reader = createInterface(this.#child.stdout);
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  async ask(line: string): Promise<string | undefined> {
    this.#child.stdin.write(`${line}\n`);
    return this.next();
  }

  /** The next line that it tells; `undefined` when it has ended. */
  async next(): Promise<string | undefined> {
    const { value, done } = await this.#lines.next();
    return done ? undefined : value;
  }

  /** At once, as a crash ends it. */
  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exit = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await exit;
    }
  }
}

/** Starts processes that end with the suite at the latest. */
export function otherProcesses(): (file: string, ...args: readonly string[]) => OtherProcess {
  const started: OtherProcess[] = [];
  after(async () => {
    await Promise.all(started.map((other) => other.kill()));
  });
  return (file, ...args) => {
    const other = new OtherProcess(file, ...args);
    started.push(other);
    return other;
  };
}
