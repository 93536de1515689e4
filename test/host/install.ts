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
  readonly version: string;
}

/**
 * The npm-borne VS Code, installed on first use (over 600 MB in the cache folder) and reused
 * without network. Safe when two runs come at once: the second waits for the first.
 */
export async function installServer(say: (line: string) => void): Promise<ServerInstallation> {
  const home = path.join(cacheFolder, 'vscode-host');
  const folder = path.join(home, SERVER_VERSION);
  const installation = {
    entry: path.join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js'),
    version: VSCODE_VERSION,
  };
  if (fs.existsSync(folder)) {
    return installation;
  }
  await withLock(
    `${folder}.lock`,
    async () => {
      if (!fs.existsSync(folder)) {
        say(`Installing VS Code ${VSCODE_VERSION} (code-server ${SERVER_VERSION}) from npm ...`);
        await install(home, folder);
      }
    },
    () => say('Waiting for another run that is installing VS Code ...'),
  );
  return installation;
}

async function install(home: string, folder: string): Promise<void> {
  for (const left of fs.readdirSync(home).filter((name) => name.startsWith('installing-'))) {
    fs.rmSync(path.join(home, left), { recursive: true, force: true });
  }
  const draft = fs.mkdtempSync(path.join(home, 'installing-'));
  const log = path.join(cacheFolder, 'logs', 'vscode-host.log');
  fs.rmSync(log, { force: true });
  fs.writeFileSync(path.join(draft, 'package.json'), '{"private":true}\n');
  // Its own install script compiles native add-ons for minutes; the server runs without them.
  const quiet = [
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-progress',
    '--loglevel=error',
  ];
  await runNpm(['install', `code-server@${SERVER_VERSION}`, '--save-exact', ...quiet], {
    cwd: draft,
    log,
  });
  const vscode = path.join(draft, 'node_modules', 'code-server', 'lib', 'vscode');
  for (const cwd of [vscode, path.join(vscode, 'extensions')]) {
    await runNpm(['install', '--omit=dev', ...quiet], { cwd, log });
  }
  // The folder gets its name only when it is complete: its presence is the proof.
  fs.renameSync(draft, folder);
}
