import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { buildFolder, projectRoot } from '../host/paths.js';
import { spawnGroup, type ProcessGroup } from '../host/processes.ts';
import type { Answers, Reply, Task } from './preparerTasks.ts';

/** The worker as it ships. */
export function workerBundle(): string {
  return path.join(buildFolder(), 'dist', 'imaging', 'worker.cjs');
}

/** A fresh process that prepares images, one at a time. */
export class PreparerProcess {
  readonly #group: ProcessGroup;

  private constructor(group: ProcessGroup) {
    this.#group = group;
  }

  static async start(): Promise<PreparerProcess> {
    main ??= bundleMain();
    const group = spawnGroup(process.execPath, [await main, workerBundle()], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
      // The bundle lies outside of the project.
      env: { ...process.env, NODE_PATH: path.join(projectRoot, 'node_modules') },
    });
    return new PreparerProcess(group);
  }

  /** Not to be called before the last call is answered. */
  async run<T extends Task>(task: T): Promise<Answers[T['kind']]> {
    const { child, exited } = this.#group;
    const answered = once(child, 'message');
    child.send(task);
    const message = await Promise.race([answered, exited]);
    if (!Array.isArray(message)) {
      throw new TypeError(`The preparer ended with ${message.code ?? message.signal}.`);
    }
    const reply = message[0] as Reply;
    if (!reply.ok) {
      throw new Error(`The preparer failed: ${reply.error}`);
    }
    return reply.answer as Answers[T['kind']];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#group.end();
  }
}

/** Runs one task in a process of its own. */
export async function runAlone<T extends Task>(task: T): Promise<Answers[T['kind']]> {
  await using preparer = await PreparerProcess.start();
  return await preparer.run(task);
}

let main: Promise<string> | undefined;

/** As the extension is bundled: Node's own reading of TypeScript would count as time and memory. */
async function bundleMain(): Promise<string> {
  const outfile = path.join(buildFolder(), 'bench', 'preparerMain.cjs');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'preparerMain.ts')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    supported: { 'dynamic-import': false },
    external: ['sharp', 'jimp'],
    logLevel: 'warning',
  });
  return outfile;
}
