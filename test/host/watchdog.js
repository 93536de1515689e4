// Outlives the process that started it, by a moment: when that one is gone, however it went, this
// ends the process groups and removes the folders that it had left. It is told of them by lines of
// JSON on its standard input, which the system closes at the other's death.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import process from 'node:process';
import readline from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const ROUNDS = 20;
const ROUND_MS = 500;

/** @type {Set<number>} */
const groups = new Set();
/** @type {Set<string>} */
const folders = new Set();

// The parent ends this process by closing the pipe, a terminal's Ctrl+C is none of its business.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {});
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  /** @type {{ add?: number | string, drop?: number | string }} */
  const { add, drop } = JSON.parse(line);
  if (typeof add === 'number') groups.add(add);
  if (typeof add === 'string') folders.add(add);
  if (typeof drop === 'number') groups.delete(drop);
  if (typeof drop === 'string') folders.delete(drop);
}
for (const group of groups) {
  killGroup(group);
}
// A browser notices a moment later that it is alone, and until then writes its profile anew.
for (let round = 0; round < ROUNDS && folders.size > 0; round++) {
  for (const folder of folders) {
    if (fs.existsSync(folder)) {
      fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    } else {
      folders.delete(folder);
    }
  }
  await (folders.size > 0 ? delay(ROUND_MS) : undefined);
}

/** @param {number} group */
function killGroup(group) {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(group), '/t', '/f'], { windowsHide: true });
    return;
  }
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // macOS answers EPERM where only zombies are left.
    if (code !== 'ESRCH' && !(code === 'EPERM' && process.platform === 'darwin')) {
      throw error;
    }
  }
}
