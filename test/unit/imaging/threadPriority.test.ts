import assert from 'node:assert/strict';
import { once } from 'node:events';
import { getPriority } from 'node:os';
import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { describe, it } from 'mocha';

const WORKER = `
  const { readlinkSync } = require('node:fs');
  const { getPriority } = require('node:os');
  const { basename } = require('node:path');
  const { parentPort, workerData } = require('node:worker_threads');
  import(workerData).then(({ letOthersGoFirst }) => {
    letOthersGoFirst();
    parentPort.postMessage(getPriority(Number(basename(readlinkSync('/proc/thread-self')))));
  });
`;

describe('the priority of a thread that decodes', () => {
  it('is below that of the thread that started it', async function lower() {
    if (process.platform !== 'linux') {
      this.skip();
    }
    const before = getPriority(process.pid);
    const module = import.meta.resolve('../../../src/imaging/threadPriority.ts');
    const worker = new Worker(WORKER, { eval: true, workerData: module });
    const [priority] = await once(worker, 'message');
    await worker.terminate();
    assert.ok(priority > before, `${priority} is not lower than ${before}`);
    assert.equal(getPriority(process.pid), before, 'the main thread keeps its own');
  });
});
