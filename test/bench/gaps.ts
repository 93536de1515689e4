import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { projectRoot } from '../host/paths.js';
import { runToEnd } from '../host/processes.ts';
import type { Workbench } from '../host/workbench.ts';
import { waitFor } from '../host/wait.ts';

/** A time in which the event loop of an extension host stood still. */
export interface Gap {
  /** Milliseconds since 1970. */
  readonly endedAt: number;
  readonly gapMs: number;
  /** What its thread computed meanwhile: unlike the gap, without other processes. */
  readonly busyMs: number;
  /** How long it could have computed and had no processor, because others had them. Linux only. */
  readonly waitedMs: number;
}

/** An extension that watches the event loop of its extension host, as others in it feel it. */
export class GapWatch {
  /** Its package, to be installed. */
  readonly vsix: string;
  readonly env: Readonly<Record<string, string>>;
  readonly #file: string;

  private constructor(folder: string) {
    this.vsix = path.join(folder, 'gap-watch.vsix');
    this.#file = path.join(folder, 'gaps.json');
    this.env = { GAP_WATCH_FILE: this.#file };
  }

  /** Packages it into the folder, where its findings come to lie too. */
  static async make(folder: string): Promise<GapWatch> {
    const watch = new GapWatch(folder);
    const vsce = path.join(projectRoot, 'node_modules', '@vscode', 'vsce', 'vsce');
    const how = ['--no-dependencies', '--allow-missing-repository', '--skip-license'];
    await runToEnd(process.execPath, [vsce, 'package', ...how, '--out', watch.vsix], {
      cwd: path.join(import.meta.dirname, 'gapWatch'),
    });
    return watch;
  }

  /** The gaps since the window was opened. */
  async gaps(workbench: Workbench): Promise<readonly Gap[]> {
    await rm(this.#file, { force: true });
    await workbench.runCommand('Gap Watch: Write');
    await waitFor('the gaps', () => existsSync(this.#file) || undefined);
    return JSON.parse(await readFile(this.#file, 'utf8')) as readonly Gap[];
  }
}
