import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { TranscodeJob } from '../../../src/imaging/transcode.ts';
import { WorkerClient } from '../../../src/imaging/workerClient.ts';
import { makeGreyPng } from './makeImages.ts';

const WORKER = new URL('../../../src/imaging/worker.ts', import.meta.url);
const NEVER = new AbortController().signal;

/** A thread that misbehaves: its jobs carry what it is to do in their `format`. */
function rogue(onMessage: string): URL {
  const code = `import { parentPort } from 'node:worker_threads';
    parentPort.on('message', (job) => { ${onMessage} });`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

function job(): TranscodeJob {
  return {
    bytes: Uint8Array.from(makeGreyPng({ width: 8, height: 8 })),
    format: 'png',
    orientation: 1,
    encodings: [{ mediaType: 'image/png', size: { width: 4, height: 4 } }],
    base64Limit: 100_000,
  };
}

describe('WorkerClient', () => {
  it('runs jobs in a thread, one after the other, and transfers their bytes', async () => {
    const client = new WorkerClient({ workerFile: WORKER });
    const jobs = [job(), job(), job()];
    const results = await Promise.all(jobs.map((each) => client.run(each, NEVER)));
    client.dispose();
    assert.ok(results.every((result) => result.ok));
    assert.ok(jobs.every((each) => each.bytes.length === 0));
  });

  it('settles a job whose thread throws or ends, and starts another thread', async () => {
    const deaths = rogue(`
      if (job.bytes[0] === 1) throw new Error('no memory');
      if (job.bytes[0] === 2) process.exit(7);
      parentPort.postMessage({ ok: true, value: job.bytes[0] });`);
    const client = new WorkerClient({ workerFile: deaths });
    const outcomes = await Promise.all(
      [1, 2, 3].map((first) => client.run({ ...job(), bytes: Uint8Array.of(first) }, NEVER)),
    );
    client.dispose();
    assert.deepEqual(outcomes, [
      { ok: false, error: { kind: 'preparationCrashed', detail: 'no memory' } },
      { ok: false, error: { kind: 'preparationCrashed', detail: 'exit code 7' } },
      { ok: true, value: 3 },
    ]);
  });

  it('settles a job whose thread cannot be started', async () => {
    const client = new WorkerClient({ workerFile: new URL('missing.js', WORKER) });
    const outcome = await client.run(job(), NEVER);
    client.dispose();
    assert.ok(!outcome.ok && outcome.error.kind === 'preparationCrashed');
  });

  it('ends a job that takes too long, also in the middle of JavaScript', async () => {
    const client = new WorkerClient({ workerFile: rogue('for (;;) {}'), timeoutSeconds: 0.1 });
    const outcomes = await Promise.all([client.run(job(), NEVER), client.run(job(), NEVER)]);
    client.dispose();
    const timedOut = { ok: false, error: { kind: 'preparationTimedOut', seconds: 0.1 } };
    assert.deepEqual(outcomes, [timedOut, timedOut]);
  });

  it('rejects an aborted job with the reason and goes on with the next', async () => {
    const client = new WorkerClient({
      workerFile: rogue(`
        if (job.bytes[0] === 1) for (;;) {}
        parentPort.postMessage({ ok: true, value: job.bytes[0] });`),
    });
    const [running, waiting] = [new AbortController(), new AbortController()];
    const run = (first: number, signal: AbortSignal) =>
      client.run({ ...job(), bytes: Uint8Array.of(first) }, signal);
    const stuck = run(1, running.signal);
    const dropped = run(2, waiting.signal);
    const last = run(3, NEVER);
    waiting.abort(new Error('dropped'));
    await assert.rejects(dropped, /dropped/);
    running.abort(new Error('stopped'));
    await assert.rejects(stuck, /stopped/);
    assert.deepEqual(await last, { ok: true, value: 3 });
    client.dispose();
  });

  it('does not start what was aborted before', async () => {
    const client = new WorkerClient({ workerFile: WORKER });
    await assert.rejects(client.run(job(), AbortSignal.abort(new Error('early'))), /early/);
    client.dispose();
  });

  it('ends an idle thread and starts another when it is needed', async () => {
    const counting = rogue(`
      globalThis.jobs = (globalThis.jobs ?? 0) + 1;
      parentPort.postMessage({ ok: true, value: globalThis.jobs });`);
    const client = new WorkerClient({ workerFile: counting, idleSeconds: 0.02 });
    let jobsOfThread = Number.POSITIVE_INFINITY;
    // Each round waits a little longer, until the thread had time to be idle.
    for (let wait = 1; jobsOfThread !== 1 || wait === 1; wait *= 2) {
      assert.ok(wait < 5000, 'the thread never ended');
      const outcome = await client.run(job(), NEVER);
      jobsOfThread = outcome.ok ? Number(outcome.value) : 0;
      if (wait === 1) {
        assert.equal(jobsOfThread, 1);
      }
      await new Promise((resolve) => {
        setTimeout(resolve, wait);
      });
    }
    client.dispose();
  });

  it('settles what is running and waiting when it is disposed, and what comes after', async () => {
    const client = new WorkerClient({ workerFile: rogue('for (;;) {}') });
    const unfinished = [client.run(job(), NEVER), client.run(job(), NEVER)];
    client.dispose();
    for (const outcome of await Promise.all([...unfinished, client.run(job(), NEVER)])) {
      assert.deepEqual(outcome, {
        ok: false,
        error: { kind: 'preparationCrashed', detail: 'disposed' },
      });
    }
  });
});
