import fs from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.js';
import { runNpm } from './npm.js';
import { cacheFolder } from './paths.js';

/** The npm package that carries the workbench and the server of VS Code 1.139.1. */
export const SERVER_VERSION = '4.139.1';
export const VSCODE_VERSION = '1.139.1';

/** What the launcher needs to know of an installed server. */
export interface ServerInstallation {
  /** The script that Node 24 runs to start the server. */
  readonly entry: string;
}

const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];

/** A program from npm that lives in the cache folder, beside the packages of the project. */
export interface Program {
  /** Its folder in the cache folder. */
  readonly home: string;
  /** The npm package that carries it, in one version. */
  readonly name: string;
  readonly version: string;
  /** What it is, for the people who wait for it. */
  readonly title: string;
  /** Finishes an installation in `draft`; `npm` runs `npm install` there, without install scripts. */
  finish(draft: string, npm: NpmInstall): Promise<void>;
}

/** Runs `npm install` in a folder. */
export type NpmInstall = (cwd: string, ...args: readonly string[]) => Promise<void>;

/**
 * The folder of a program, installed on first use and reused without network. Safe when two runs
 * come at once: the second waits for the first.
 */
export async function installProgram(
  program: Program,
  say: (line: string) => void,
): Promise<string> {
  const folder = programFolder(program);
  if (fs.existsSync(folder)) {
    return folder;
  }
  await withLock(
    `${folder}.lock`,
    async () => {
      if (!fs.existsSync(folder)) {
        say(`Installing ${program.title} (${program.name} ${program.version}) from npm ...`);
        await install(program, folder);
      }
    },
    () => say(`Waiting for another run that is installing ${program.title} ...`),
  );
  return folder;
}

/** Where a program is once it is installed: the folder is there when all of it is. */
export function programFolder({ home, version }: Program): string {
  return path.join(cacheFolder, home, version);
}

const SERVER: Program = {
  home: 'vscode-host',
  name: 'code-server',
  version: SERVER_VERSION,
  title: `VS Code ${VSCODE_VERSION}`,
  // Its own install script compiles native add-ons for minutes; the server runs without them.
  async finish(draft, npm) {
    const vscode = path.join(draft, 'node_modules', 'code-server', 'lib', 'vscode');
    for (const cwd of [vscode, path.join(vscode, 'extensions')]) {
      await npm(cwd, '--omit=dev');
    }
  },
};

/** The npm-borne VS Code, which takes over 600 MB in the cache folder. */
export async function installServer(say: (line: string) => void): Promise<ServerInstallation> {
  const folder = await installProgram(SERVER, say);
  return { entry: path.join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js') };
}

async function install(program: Program, folder: string): Promise<void> {
  const home = path.dirname(folder);
  for (const left of fs.readdirSync(home).filter((name) => name.startsWith('installing-'))) {
    fs.rmSync(path.join(home, left), { recursive: true, force: true });
  }
  const draft = fs.mkdtempSync(path.join(home, 'installing-'));
  const log = path.join(cacheFolder, 'logs', `${program.home}.log`);
  fs.rmSync(log, { force: true });
  fs.writeFileSync(path.join(draft, 'package.json'), '{"private":true}\n');
  const npm: NpmInstall = (cwd, ...args) => runNpm(['install', ...args, ...QUIET], { cwd, log });
  await npm(draft, `${program.name}@${program.version}`, '--save-exact');
  await program.finish(draft, npm);
  // The folder gets its name only when it is complete: its presence is the proof.
  fs.renameSync(draft, folder);
}
