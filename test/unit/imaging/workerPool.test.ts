import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, it } from 'mocha';
import type { TranscodeJob } from '../../../src/imaging/transcode.ts';
import { WorkerPool } from '../../../src/imaging/workerPool.ts';
import type { WorkerPoolOptions } from '../../../src/imaging/workerPool.ts';
import { makeGreyPng } from './makeImages.ts';

const WORKER = new URL('../../cli/imageWorker.js', import.meta.url);
const POOL = new URL('../../../src/imaging/workerPool.ts', import.meta.url);
const NEVER = new AbortController().signal;
const SMALL = { memory: 1000 };

/** What a thread of `rogue` is to do, as its first byte, and numbers that it shares with the test. */
interface Order {
  readonly what: number;
  readonly shared?: Int32Array<SharedArrayBuffer>;
}

/** A thread that misbehaves. It has `job`, `what` and `shared`, and answers by `answer(value)`. */
function rogue(onMessage: string): URL {
  const code = `import { parentPort } from 'node:worker_threads';
    const answer = (value) => parentPort.postMessage({ ok: true, value });
    let jobs = 0;
    parentPort.on('message', (job) => {
      jobs += 1;
      const [what] = job.bytes;
      const { shared } = job;
      ${onMessage}
    });`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

function sharedNumbers(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(8));
}

/** Rogue threads read nothing of a job but this. */
function order({ what, shared }: Order): TranscodeJob {
  return { bytes: Uint8Array.of(what), shared } as unknown as TranscodeJob;
}

function realJob(): TranscodeJob {
  const size = { width: 8, height: 8 };
  return {
    bytes: Uint8Array.from(makeGreyPng(size)),
    header: {
      format: 'png',
      size,
      orientation: 1,
      colourSpace: 'grey',
      lossy: false,
      progressive: false,
      alpha: false,
      bitDepth: 8,
    },
    pictures: [{ steps: [{ kind: 'lossless', size: { width: 4, height: 4 } }] }],
    base64Limit: 100_000,
  };
}

describe('WorkerPool', () => {
  const pools: WorkerPool[] = [];

  afterEach(() => {
    for (const pool of pools.splice(0)) {
      pool.dispose();
    }
  });

  function makePool(workerFile: URL, more: Partial<WorkerPoolOptions> = {}): WorkerPool {
    const pool = new WorkerPool({ workerFile, threads: 1, ...more });
    pools.push(pool);
    return pool;
  }

  it('runs jobs in threads and leaves their bytes alone', async () => {
    const pool = makePool(WORKER, { threads: 2 });
    const jobs = [realJob(), realJob(), realJob()];
    const results = await Promise.all(jobs.map((each) => pool.run(each, SMALL, NEVER)));
    for (const result of results) {
      assert.ok(result.ok, JSON.stringify(result));
      assert.deepEqual(
        result.value.pictures.map(({ mediaType, size }) => ({ mediaType, size })),
        [{ mediaType: 'image/png', size: { width: 4, height: 4 } }],
      );
    }
    assert.ok(jobs.every((each) => each.bytes.length > 0));
  });

  it('runs two jobs at the same time', async () => {
    // Each comes to its end only when the other has begun.
    const pool = makePool(
      rogue(`
        Atomics.add(shared, 0, 1);
        while (Atomics.load(shared, 0) < 2) Atomics.wait(shared, 1, 0, 5);
        answer(what);`),
      { threads: 2 },
    );
    const shared = sharedNumbers();
    const outcomes = await Promise.all(
      [1, 2].map((what) => pool.run(order({ what, shared }), SMALL, NEVER)),
    );
    assert.deepEqual(outcomes, [
      { ok: true, value: 1 },
      { ok: true, value: 2 },
    ]);
  });

  it('runs jobs in the order of their arrival', async () => {
    const pool = makePool(rogue('answer(jobs)'));
    const outcomes = await Promise.all(
      [1, 2, 3].map((what) => pool.run(order({ what }), SMALL, NEVER)),
    );
    assert.deepEqual(
      outcomes,
      [1, 2, 3].map((value) => ({ ok: true, value })),
    );
  });

  it('does not start a job for which there is no memory, nor one that came after it', async () => {
    // The first job waits to be released; the others tell whether it had been.
    const worker = rogue(`
      while (what === 1 && Atomics.load(shared, 0) === 0) Atomics.wait(shared, 0, 0);
      answer(Atomics.load(shared, 0));`);
    const pool = makePool(worker, { threads: 2, memoryLimit: 1000 });
    const shared = sharedNumbers();
    const memories = [600, 500, 100];
    const runs = memories.map((memory, index) =>
      pool.run(order({ what: index + 1, shared }), { memory }, NEVER),
    );
    // As long as another pool takes to start a thread, this one had time to start a second.
    for (const what of [2, 3]) {
      await makePool(worker).run(order({ what, shared }), SMALL, NEVER);
    }
    Atomics.store(shared, 0, 1);
    Atomics.notify(shared, 0);
    assert.deepEqual(
      await Promise.all(runs),
      memories.map(() => ({ ok: true, value: 1 })),
    );
  });

  it('runs a job alone that needs more memory than all may have together', async () => {
    const pool = makePool(rogue('answer(what)'), { threads: 2, memoryLimit: 1000 });
    const outcomes = await Promise.all(
      [100, 5000, 100].map((memory, what) => pool.run(order({ what }), { memory }, NEVER)),
    );
    assert.ok(outcomes.every(({ ok }) => ok));
  });

  it('ends a thread after a job that needed much memory, and keeps it after others', async () => {
    const pool = makePool(rogue('answer(jobs)'), { recycleAbove: 1000 });
    const jobsOfThread: unknown[] = [];
    for (const memory of [1000, 1000, 1001, 1000]) {
      const outcome = await pool.run(order({ what: 0 }), { memory }, NEVER);
      jobsOfThread.push(outcome.ok && outcome.value);
    }
    assert.deepEqual(jobsOfThread, [1, 2, 3, 1]);
  });

  it('settles a job whose thread throws or ends, and starts another thread', async () => {
    const pool = makePool(
      rogue(`
        if (what === 1) throw new Error('no memory');
        if (what === 2) process.exit(7);
        answer(what);`),
    );
    const outcomes = await Promise.all(
      [1, 2, 3].map((what) => pool.run(order({ what }), SMALL, NEVER)),
    );
    assert.deepEqual(outcomes, [
      { ok: false, error: { kind: 'preparationCrashed', detail: 'no memory' } },
      { ok: false, error: { kind: 'preparationCrashed', detail: 'exit code 7' } },
      { ok: true, value: 3 },
    ]);
  });

  it('replaces a thread that died when it had nothing to do', async () => {
    const pool = makePool(rogue(`answer(jobs); setImmediate(() => process.exit(0));`));
    for (let round = 0; round < 3; round += 1) {
      const outcome = await pool.run(order({ what: 0 }), SMALL, NEVER);
      // A thread may take a job and die before it has answered: a failure, but never silence.
      assert.ok(outcome.ok || outcome.error.kind === 'preparationCrashed');
    }
  });

  it('settles a job whose thread cannot be started', async () => {
    for (const workerFile of [new URL('missing.js', WORKER), new URL('https://example.com/')]) {
      const outcome = await makePool(workerFile).run(realJob(), SMALL, NEVER);
      assert.ok(!outcome.ok && outcome.error.kind === 'preparationCrashed');
    }
  });

  it('settles a job that cannot be handed to a thread, and goes on', async () => {
    const pool = makePool(rogue('answer(what)'));
    const unsendable = { ...order({ what: 1 }), base64Limit: Symbol('no number') };
    // @ts-expect-error -- what no thread takes is no job by its type either
    const outcome = await pool.run(unsendable, SMALL, NEVER);
    assert.ok(!outcome.ok && outcome.error.kind === 'preparationCrashed');
    assert.deepEqual(await pool.run(order({ what: 2 }), SMALL, NEVER), { ok: true, value: 2 });
  });

  it('ends a job that takes too long, also in the middle of JavaScript', async () => {
    const pool = makePool(rogue('for (;;) {}'), { timeoutSeconds: 0.1, memoryLimit: 1 });
    const outcomes = await Promise.all(
      [1, 2].map((what) => pool.run(order({ what }), SMALL, NEVER)),
    );
    const timedOut = { ok: false, error: { kind: 'preparationTimedOut', seconds: 0.1 } };
    assert.deepEqual(outcomes, [timedOut, timedOut]);
  });

  it('takes the shorter of its own time and that of the job', async () => {
    const pool = makePool(rogue('for (;;) {}'), { timeoutSeconds: 0.2 });
    for (const [seconds, taken] of [
      [0.05, 0.05],
      [9, 0.2],
    ] as const) {
      const outcome = await pool.run(order({ what: 1 }), { ...SMALL, seconds }, NEVER);
      const error = { kind: 'preparationTimedOut', seconds: taken };
      assert.deepEqual(outcome, { ok: false, error });
    }
  });

  it('rejects an aborted job with the reason and goes on with the next', async () => {
    const pool = makePool(rogue('if (what === 1) for (;;) {} answer(what);'), { memoryLimit: 1 });
    const [running, waiting] = [new AbortController(), new AbortController()];
    const stuck = pool.run(order({ what: 1 }), SMALL, running.signal);
    const dropped = pool.run(order({ what: 2 }), SMALL, waiting.signal);
    const last = pool.run(order({ what: 3 }), SMALL, NEVER);
    waiting.abort(new Error('dropped'));
    await assert.rejects(dropped, /dropped/);
    running.abort(new Error('stopped'));
    await assert.rejects(stuck, /stopped/);
    assert.deepEqual(await last, { ok: true, value: 3 });
  });

  it('leaves the other thread alone when a running job is aborted', async () => {
    const pool = makePool(
      rogue(`
        if (what === 1) for (;;) {}
        Atomics.store(shared, 0, 1);
        Atomics.notify(shared, 0);
        Atomics.wait(shared, 1, 0);
        answer(jobs);`),
      { threads: 2 },
    );
    const shared = sharedNumbers();
    const stop = new AbortController();
    const stuck = pool.run(order({ what: 1 }), SMALL, stop.signal);
    const other = pool.run(order({ what: 2, shared }), SMALL, NEVER);
    await Atomics.waitAsync(shared, 0, 0).value;
    stop.abort(new Error('stopped'));
    await assert.rejects(stuck, /stopped/);
    Atomics.store(shared, 1, 1);
    Atomics.notify(shared, 1);
    assert.deepEqual(await other, { ok: true, value: 1 });
    // Its thread is still the same.
    assert.deepEqual(await pool.run(order({ what: 2, shared }), SMALL, NEVER), {
      ok: true,
      value: 2,
    });
  });

  it('starts what waited behind an aborted job', async () => {
    const pool = makePool(
      rogue(`
        while (what === 1 && Atomics.load(shared, 0) === 0) Atomics.wait(shared, 0, 0);
        answer(what);`),
      { threads: 2, memoryLimit: 1000 },
    );
    const shared = sharedNumbers();
    const stop = new AbortController();
    const first = pool.run(order({ what: 1, shared }), { memory: 600 }, NEVER);
    const large = pool.run(order({ what: 2, shared }), { memory: 900 }, stop.signal);
    const small = pool.run(order({ what: 3, shared }), { memory: 100 }, NEVER);
    stop.abort(new Error('dropped'));
    await assert.rejects(large, /dropped/);
    assert.deepEqual(await small, { ok: true, value: 3 });
    Atomics.store(shared, 0, 1);
    Atomics.notify(shared, 0);
    assert.deepEqual(await first, { ok: true, value: 1 });
  });

  it('does not start what was aborted before', async () => {
    const pool = makePool(WORKER);
    const early = AbortSignal.abort(new Error('early'));
    await assert.rejects(pool.run(realJob(), SMALL, early), /early/);
  });

  it('ends an idle thread and starts another when it is needed', async () => {
    const pool = makePool(rogue('answer(jobs)'), { idleSeconds: 0.02 });
    let jobsOfThread = Number.POSITIVE_INFINITY;
    // Each round waits a little longer, until the thread had time to be idle.
    for (let wait = 1; jobsOfThread !== 1 || wait === 1; wait *= 2) {
      assert.ok(wait < 5000, 'the thread never ended');
      const outcome = await pool.run(order({ what: 0 }), SMALL, NEVER);
      jobsOfThread = outcome.ok ? Number(outcome.value) : 0;
      if (wait === 1) {
        assert.equal(jobsOfThread, 1);
      }
      await new Promise((resolve) => {
        setTimeout(resolve, wait);
      });
    }
  });

  it('lets the process end while its threads are idle', async () => {
    const script = `
      import { WorkerPool } from ${JSON.stringify(POOL.href)};
      const workerFile = new URL(${JSON.stringify(rogue('answer(what)').href)});
      const pool = new WorkerPool({ workerFile, threads: 2, idleSeconds: 3600 });
      const run = (what) =>
        pool.run({ bytes: Uint8Array.of(what) }, { memory: 1 }, new AbortController().signal);
      console.log(JSON.stringify(await Promise.all([run(1), run(2)])));`;
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      script,
    ]);
    assert.deepEqual(JSON.parse(stdout), [
      { ok: true, value: 1 },
      { ok: true, value: 2 },
    ]);
  });

  it('settles what is running and waiting when it is disposed, and what comes after', async () => {
    const pool = makePool(rogue('for (;;) {}'));
    const unfinished = [1, 2].map((what) => pool.run(order({ what }), SMALL, NEVER));
    pool.dispose();
    const late = pool.run(order({ what: 3 }), SMALL, NEVER);
    for (const outcome of await Promise.all([...unfinished, late])) {
      assert.deepEqual(outcome, {
        ok: false,
        error: { kind: 'preparationCrashed', detail: 'disposed' },
      });
    }
  });
});
