import { Worker } from 'node:worker_threads';

/** Sees to it that a program whose own thread hangs in a case says so and ends. */
export interface HangWatch {
  /** Tells that the program's thread is at work on a case, and alive. */
  beat(index: number): void;
  end(): void;
}

/** Only another thread can tell; what it writes must not need the one that hangs. */
const WATCHER = `
  const { writeSync } = require('node:fs');
  const { workerData } = require('node:worker_threads');
  const { beats, message, seconds } = workerData;
  let last = -1;
  setInterval(() => {
    const now = Atomics.load(beats, 0);
    if (now === last) {
      writeSync(2, message + ' ' + Atomics.load(beats, 1) + '\\n');
      process.kill(process.pid, 'SIGKILL');
    }
    last = now;
  }, seconds * 1000);`;

/**
 * Kills the process when its thread has not run for `seconds` to twice as long, after writing the
 * message and the index of the last case.
 */
export function watchForHang(message: string, seconds: number): HangWatch {
  const beats = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(WATCHER, { eval: true, workerData: { beats, message, seconds } });
  worker.unref();
  const pulse = setInterval(() => Atomics.add(beats, 0, 1), (seconds * 1000) / 4);
  return {
    beat: (index) => {
      Atomics.store(beats, 1, index);
      Atomics.add(beats, 0, 1);
    },
    end: () => {
      clearInterval(pulse);
      void worker.terminate();
    },
  };
}
