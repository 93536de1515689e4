import { Worker } from 'node:worker_threads';
import type { ImageFailure } from '../core/failure.ts';
import { failed } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import type { TranscodeJob, TranscodeOutput } from './transcode.ts';

export interface WorkerClientOptions {
  /** The bundled `worker.ts`. */
  readonly workerFile: string | URL;
  /** Longest time for one job, its waiting not counted. */
  readonly timeoutSeconds?: number;
  /** How long a thread without work is kept. */
  readonly idleSeconds?: number;
}

type Outcome = Result<TranscodeOutput, ImageFailure>;

interface Request {
  readonly job: TranscodeJob;
  readonly settle: (outcome: Outcome) => void;
}

/** Ten times what a photograph of 48 megapixels takes on a slow machine. */
const DEFAULT_TIMEOUT_SECONDS = 60;
const DEFAULT_IDLE_SECONDS = 30;

/**
 * Runs jobs one after the other in a thread that starts with the first of them, ends when it has
 * had nothing to do for a while, and is replaced when it dies. Every request settles.
 */
export class WorkerClient {
  readonly #workerFile: string | URL;
  readonly #timeoutSeconds: number;
  readonly #idleSeconds: number;
  readonly #waiting: Request[] = [];
  #running: Request | undefined;
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(options: WorkerClientOptions) {
    this.#workerFile = options.workerFile;
    this.#timeoutSeconds = options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
    this.#idleSeconds = options.idleSeconds ?? DEFAULT_IDLE_SECONDS;
  }

  /**
   * Transcodes in the thread. The job's buffer is transferred and empty afterwards. Rejects only
   * with the signal's reason; an aborted decode is ended with its thread.
   */
  async run(job: TranscodeJob, signal: AbortSignal): Promise<Outcome> {
    signal.throwIfAborted();
    return await new Promise<Outcome>((resolve, reject) => {
      const onAbort = (): void => {
        this.#drop(request);
        reject(signal.reason);
      };
      const request: Request = {
        job,
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

  /** Ends the thread. What is waiting or running fails, and so does what is asked afterwards. */
  dispose(): void {
    this.#disposed = true;
    this.#endWorker();
    const unfinished = [...(this.#running ? [this.#running] : []), ...this.#waiting.splice(0)];
    this.#running = undefined;
    for (const request of unfinished) {
      request.settle(crashed('disposed'));
    }
  }

  #next(): void {
    if (this.#running) {
      return;
    }
    const request = this.#waiting.shift();
    if (!request) {
      this.#waitIdle();
      return;
    }
    if (this.#disposed) {
      request.settle(crashed('disposed'));
      return;
    }
    this.#running = request;
    this.#setTimer(this.#timeoutSeconds, () => {
      this.#endWorker();
      this.#finish(failed({ kind: 'preparationTimedOut', seconds: this.#timeoutSeconds }));
    });
    this.#worker ??= this.#startWorker();
    // A thread at work keeps the process alive; one that waits does not.
    this.#worker.ref();
    this.#worker.postMessage(request.job, [request.job.bytes.buffer]);
  }

  #startWorker(): Worker {
    const worker = new Worker(this.#workerFile);
    const onDeath = (detail: string): void => {
      if (this.#worker === worker) {
        this.#worker = undefined;
        this.#finish(crashed(detail));
      }
    };
    worker.on('message', (outcome: Outcome) => {
      if (this.#worker === worker) {
        this.#finish(outcome);
      }
    });
    worker.on('error', (error: unknown) => {
      onDeath(error instanceof Error ? error.message : String(error));
    });
    worker.on('messageerror', (error) => {
      onDeath(error.message);
    });
    worker.on('exit', (code) => {
      onDeath(`exit code ${code}`);
    });
    return worker;
  }

  #finish(outcome: Outcome): void {
    const request = this.#running;
    this.#running = undefined;
    clearTimeout(this.#timer);
    request?.settle(outcome);
    this.#next();
  }

  #drop(request: Request): void {
    if (this.#running === request) {
      this.#running = undefined;
      this.#endWorker();
      this.#next();
      return;
    }
    const at = this.#waiting.indexOf(request);
    if (at !== -1) {
      this.#waiting.splice(at, 1);
    }
  }

  #waitIdle(): void {
    this.#worker?.unref();
    this.#setTimer(this.#idleSeconds, () => {
      this.#endWorker();
    });
    this.#timer?.unref();
  }

  #setTimer(seconds: number, action: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(action, seconds * 1000);
  }

  /** `terminate` stops JavaScript at once; its promise only tells when the thread is gone. */
  #endWorker(): void {
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
  }
}

function crashed(detail: string): Outcome {
  return failed({ kind: 'preparationCrashed', detail });
}
