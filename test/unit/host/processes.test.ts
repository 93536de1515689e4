import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, it } from 'mocha';
import { isAlive } from '../../host/lock.js';
import { runToEnd, spawnGroup } from '../../host/processes.ts';
import { waitFor } from '../../host/wait.ts';

const FOREVER = 'setInterval(() => {}, 1000)';
/** Has a child that ignores the gentle signals, and says its id. */
const STUBBORN = `
  const { spawn } = require('node:child_process');
  const code = "process.on('SIGTERM', () => {}); console.log(process.pid); ${FOREVER}";
  spawn(process.execPath, ['-e', code], { stdio: 'inherit' });
  ${FOREVER}`;
const HOLDER = fileURLToPath(new URL('holder.ts', import.meta.url));

describe('a process group', () => {
  it('ends with everything that it has started', async () => {
    const group = spawnGroup(process.execPath, ['-e', STUBBORN], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const grandchild = Number(await firstLine(group.child));
    assert.ok(isAlive(grandchild));
    await group.end();
    await waitFor('the end of the grandchild', () => (isAlive(grandchild) ? undefined : true));
    assert.equal(isAlive(group.pid), false);
  });

  it('tells what a command has printed when it fails', async () => {
    const code = 'console.error("the reason"); process.exitCode = 3';
    await assert.rejects(runToEnd(process.execPath, ['-e', code], {}), /ended with 3:\nthe reason/);
    assert.equal(await runToEnd(process.execPath, ['-p', '6 * 7'], {}), '42');
  });

  it('fails when the command is not there', async () => {
    await assert.rejects(runToEnd('/no/such/command', [], {}), /Cannot start \/no\/such\/command/);
  });
});

describe('what a process leaves behind', () => {
  let holder: ChildProcess | undefined;

  afterEach(() => holder?.kill('SIGKILL'));

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
    it(`is nothing after ${signal}: no process and no folder`, async () => {
      const started = spawn(process.execPath, [HOLDER], { stdio: ['ignore', 'pipe', 'inherit'] });
      holder = started;
      const { pid, folder }: { pid: number; folder: string } = JSON.parse(await firstLine(started));
      assert.ok(isAlive(pid));
      assert.ok(fs.existsSync(path.join(folder, 'file')));
      started.kill(signal);
      await once(started, 'exit');
      await waitFor('the end of its process', () => (isAlive(pid) ? undefined : true));
      await waitFor('the end of its folder', () => (fs.existsSync(folder) ? undefined : true));
    });
  }
});

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) {
    throw new Error('The process has no output.');
  }
  for await (const line of readline.createInterface({ input: child.stdout })) {
    return line;
  }
  throw new Error('The process said nothing.');
}
