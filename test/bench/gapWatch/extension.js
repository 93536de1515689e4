// Plain JavaScript: an extension host runs it as it is.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import * as vscode from 'vscode';

/** Shorter gaps are many and say nothing. */
const LEAST_MS = 5;

/**
 * Watches the event loop of the extension host with a timer that is due every millisecond. The
 * command "Gap Watch: Write" writes what was seen to the file that `GAP_WATCH_FILE` names.
 *
 * @param {vscode.ExtensionContext} context
 */
export function activate({ subscriptions }) {
  const file = process.env['GAP_WATCH_FILE'] ?? '';
  /** @type {import('../gaps.ts').Gap[]} */
  const gaps = [];
  let last = now();
  const timer = setInterval(() => {
    const time = now();
    const gapMs = time.clock - last.clock;
    if (gapMs >= LEAST_MS) {
      gaps.push({
        endedAt: time.clock,
        gapMs,
        busyMs: time.processor - last.processor,
        waitedMs: time.waited - last.waited,
      });
    }
    last = time;
  }, 1);
  subscriptions.push(
    new vscode.Disposable(() => clearInterval(timer)),
    vscode.commands.registerCommand('gapWatch.write', () => {
      // Whole or not at all, for who waits for it.
      writeFileSync(`${file}.draft`, JSON.stringify(gaps));
      renameSync(`${file}.draft`, file);
    }),
  );
}

/** Milliseconds since 1970, and those that this thread has computed or waited for a processor. */
function now() {
  const { user, system } = process.threadCpuUsage();
  return {
    clock: performance.timeOrigin + performance.now(),
    processor: (user + system) / 1000,
    waited: waited(),
  };
}

/** Known on Linux only. */
function waited() {
  if (process.platform !== 'linux') {
    return 0;
  }
  const [, nanoseconds] = readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ');
  return Number(nanoseconds) / 1e6;
}
