import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ImageFailure } from '../core/failure.ts';
import { failed } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import type { TranscodeJob, TranscodeOutput } from './transcode.ts';

export interface WorkerPoolOptions {
  /** The bundled `worker.ts`. */
  readonly workerFile: string | URL;
  /** Most threads at once; two, or one where the machine has no second processor. */
  readonly threads?: number;
  /** Most bytes that the jobs at work may need together. A job that needs more runs alone. */
  readonly memoryLimit?: number;
  /** A thread is ended after a job that needed more bytes than this. */
  readonly recycleAbove?: number;
  /** Longest time for one job, its waiting not counted. */
  readonly timeoutSeconds?: number;
  /** How long a thread without work is kept. */
  readonly idleSeconds?: number;
}

/** What a job takes of the machine. */
export interface JobNeeds {
  /** Bytes, at most. */
  readonly memory: number;
  /** Longest time, where that is less than the pool's. */
  readonly seconds?: number;
}

type Outcome = Result<TranscodeOutput, ImageFailure>;

interface Request {
  readonly job: TranscodeJob;
  readonly memory: number;
  readonly seconds: number;
  readonly settle: (outcome: Outcome) => void;
}

interface Thread {
  readonly worker: Worker;
  /** What it works on. */
  request: Request | undefined;
  /** Ends the job when it takes too long, or the thread when it has none for long. */
  timer: NodeJS.Timeout | undefined;
}

/** More gain little: two threads took twelve photographs in little more than half the time of one. */
const MOST_THREADS = 2;
const MEGABYTE = 1024 * 1024;
/** As much as one picture may take, or dozens of usual ones. */
const DEFAULT_MEMORY_LIMIT = 1536 * MEGABYTE;
/** The memory of a WASM module never shrinks, so what a large job took is only freed with its thread. */
const DEFAULT_RECYCLE_ABOVE = 256 * MEGABYTE;
/** Ten times what a photograph of 48 megapixels takes on a slow machine. */
const DEFAULT_TIMEOUT_SECONDS = 60;
const DEFAULT_IDLE_SECONDS = 30;
/**
 * Bounds what a file can make a decoder pile up in JavaScript objects: by default that ends at 4 GB
 * and after half a minute. Pixels are not meant: typed arrays and WASM memory lie outside of it.
 */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 512 };

/**
 * Runs jobs in threads, in the order of their arrival. The first thread starts with the first job,
 * another when a job would have to wait and there is memory for it. A thread ends when it has had
 * nothing to do for a while, and is replaced when it dies. Every request settles.
 */
export class WorkerPool {
  readonly #workerFile: string | URL;
  readonly #mostThreads: number;
  readonly #memoryLimit: number;
  readonly #recycleAbove: number;
  readonly #timeoutSeconds: number;
  readonly #idleSeconds: number;
  readonly #waiting: Request[] = [];
  readonly #threads = new Set<Thread>();
  /** Bytes of jobs whose thread has not given them back, also of those that are being stopped. */
  #memoryTaken = 0;
  #disposed = false;

  constructor(options: WorkerPoolOptions) {
    this.#workerFile = options.workerFile;
    this.#mostThreads = options.threads ?? Math.min(MOST_THREADS, availableParallelism());
    this.#memoryLimit = options.memoryLimit ?? DEFAULT_MEMORY_LIMIT;
    this.#recycleAbove = options.recycleAbove ?? DEFAULT_RECYCLE_ABOVE;
    this.#timeoutSeconds = options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
    this.#idleSeconds = options.idleSeconds ?? DEFAULT_IDLE_SECONDS;
  }

  /**
   * Transcodes in a thread. The job's bytes must not change until it is done. A thread that dies
   * fails with `preparationCrashed`, one that takes too long with `preparationTimedOut`.
   * Rejects only with the signal's reason; an aborted decode is ended with its thread.
   */
  async run(job: TranscodeJob, needs: JobNeeds, signal: AbortSignal): Promise<Outcome> {
    signal.throwIfAborted();
    if (this.#disposed) {
      return crashed('disposed');
    }
    return await new Promise<Outcome>((resolve, reject) => {
      const onAbort = (): void => {
        reject(signal.reason);
        this.#drop(request);
      };
      const request: Request = {
        job,
        memory: needs.memory,
        seconds: Math.min(needs.seconds ?? Infinity, this.#timeoutSeconds),
        settle: (outcome) => {
          signal.removeEventListener('abort', onAbort);
          resolve(outcome);
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(request);
      this.#next();
    });
  }

  /** Ends all threads. What is waiting or running fails, and so does what is asked afterwards. */
  dispose(): void {
    this.#disposed = true;
    const waiting = this.#waiting.splice(0);
    for (const thread of this.#threads) {
      this.#fail(thread, crashed('disposed'));
    }
    for (const request of waiting) {
      request.settle(crashed('disposed'));
    }
  }

  /** Gives out the jobs at the head of the queue. None overtakes: a large job's turn comes too. */
  #next(): void {
    for (let request = this.#waiting[0]; request; request = this.#waiting[0]) {
      if (this.#memoryTaken > 0 && this.#memoryTaken + request.memory > this.#memoryLimit) {
        return;
      }
      // The first idle one, so that work for one thread lets the other end.
      const idle = [...this.#threads].find((thread) => !thread.request);
      if (!idle && this.#threads.size >= this.#mostThreads) {
        return;
      }
      this.#waiting.shift();
      this.#begin(request, idle);
    }
  }

  #begin(request: Request, idle: Thread | undefined): void {
    let thread = idle;
    try {
      thread ??= this.#startThread();
      // Copied no sooner than now, so that what waits is held once; then it goes without another.
      const bytes = new Uint8Array(request.job.bytes);
      thread.worker.postMessage({ ...request.job, bytes }, [bytes.buffer]);
      this.#setToWork(thread, request);
    } catch (error) {
      // Of a file that can be no worker, a job that cannot be sent, or no memory for its copy.
      request.settle(crashed(messageOf(error)));
      if (thread) {
        this.#waitIdle(thread);
      }
    }
  }

  /** A thread at work keeps the process alive; one that waits does not. */
  #setToWork(thread: Thread, request: Request): void {
    thread.request = request;
    this.#memoryTaken += request.memory;
    thread.worker.ref();
    clearTimeout(thread.timer);
    const { seconds } = request;
    thread.timer = setTimeout(() => {
      this.#fail(thread, failed({ kind: 'preparationTimedOut', seconds }));
    }, seconds * 1000);
  }

  #startThread(): Thread {
    const worker = new Worker(this.#workerFile, { resourceLimits: RESOURCE_LIMITS });
    const thread: Thread = { worker, request: undefined, timer: undefined };
    this.#threads.add(thread);
    const fail = (error: unknown): void => {
      this.#fail(thread, crashed(messageOf(error)));
    };
    worker.on('message', (outcome: Outcome) => {
      this.#finish(thread, outcome);
    });
    worker.on('error', fail);
    worker.on('messageerror', fail);
    worker.on('exit', (code) => {
      fail(`exit code ${code}`);
    });
    return thread;
  }

  #finish(thread: Thread, outcome: Outcome): void {
    const { request } = thread;
    if (!request || !this.#threads.has(thread)) {
      return;
    }
    request.settle(outcome);
    if (request.memory > this.#recycleAbove) {
      this.#end(thread);
    } else {
      thread.request = undefined;
      this.#memoryTaken -= request.memory;
      this.#waitIdle(thread);
    }
    this.#next();
  }

  #waitIdle(thread: Thread): void {
    clearTimeout(thread.timer);
    thread.worker.unref();
    thread.timer = setTimeout(() => {
      this.#end(thread);
    }, this.#idleSeconds * 1000).unref();
  }

  /** Settles what a thread works on and ends it; another takes its place when there is work. */
  #fail(thread: Thread, outcome: Outcome): void {
    if (!this.#threads.has(thread)) {
      return;
    }
    thread.request?.settle(outcome);
    this.#end(thread);
    this.#next();
  }

  /** Takes back a request whose signal was aborted. */
  #drop(request: Request): void {
    const at = this.#waiting.indexOf(request);
    if (at === -1) {
      const thread = [...this.#threads].find((each) => each.request === request);
      if (thread) {
        this.#end(thread);
      }
    } else {
      this.#waiting.splice(at, 1);
    }
    // Also after one that waited: those behind it may be small enough to start.
    this.#next();
  }

  /**
   * `terminate` stops JavaScript at once, but native code, such as zlib's, first comes to its end.
   * Until then the job's memory is taken, whereas the thread no longer counts.
   */
  #end(thread: Thread): void {
    clearTimeout(thread.timer);
    this.#threads.delete(thread);
    void thread.worker.terminate().then(() => {
      this.#memoryTaken -= thread.request?.memory ?? 0;
      this.#next();
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function crashed(detail: string): Outcome {
  return failed({ kind: 'preparationCrashed', detail });
}
