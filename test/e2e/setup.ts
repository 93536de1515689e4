import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { after, afterEach, before } from 'mocha';
import { startVSCode } from '../host/host.ts';
import type { HostOptions, HostWindow, RunningVSCode, Size } from '../host/hostTypes.ts';
import { vsixFile } from '../host/paths.js';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { updateWorkspaceSettings, type Settings } from '../host/settings.ts';

/** What a workspace of a test holds. */
export interface WorkspaceOptions {
  /** Content by path relative to the workspace, with `/`. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Settings of the workspace. */
  readonly settings?: Settings;
  readonly windowSize?: Size;
}

/** A VS Code with the packaged extension, as the tests of one `describe` see it. */
export interface TestVSCode {
  /** The running VS Code, from the `before` hooks on. */
  readonly vscode: RunningVSCode;
  /** Opens a fresh workspace in a fresh window; both are gone after the test. */
  open(options: WorkspaceOptions): Promise<HostWindow>;
  /** Opens one for all the tests of the `describe`, which costs seconds once. Call it beside them. */
  share(options: WorkspaceOptions): { readonly window: HostWindow };
}

// A first start may have to install VS Code.
const START_MS = 300_000;

let running: { readonly key: string; readonly vscode: RunningVSCode } | undefined;

/**
 * Gives the tests of a `describe` a VS Code with the packaged extension. It keeps running for the
 * next `describe` that asks with equal options; settings that a test changes are undone after it.
 * The options may be a function, called in a `before` hook, for what is known only then, such as the
 * address of a server.
 */
export function useVSCode(options: HostOptions | (() => HostOptions) = {}): TestVSCode {
  const open = new Map<HostWindow, string>();
  const shared = new Map<HostWindow, string>();

  before(async function startOnce() {
    this.timeout(START_MS);
    const wanted = { vsix: vsixFile(), ...(typeof options === 'function' ? options() : options) };
    const key = JSON.stringify(wanted);
    if (running?.key !== key) {
      await stop();
      running = { key, vscode: await startVSCode({ say, ...wanted }) };
    }
  });

  afterEach(async function closeWindows() {
    if (this.currentTest?.state === 'failed') {
      const title = fileName(this.currentTest.fullTitle());
      for (const window of [...open.keys(), ...shared.keys()]) {
        // A hook that fails would end the suite and stand where the reason of the test belongs.
        const told = await window.workbench.screenshot(`failed/${title}`).catch(String);
        say(`Screenshot: ${told}`);
      }
    }
    await closeAll(open);
    running?.vscode.resetUserSettings();
  });

  return {
    get vscode() {
      return vscode();
    },
    async open(workspace) {
      return openIn(open, workspace);
    },
    share(workspace) {
      let window: HostWindow | undefined;
      before(async function openOnce() {
        window = await openIn(shared, workspace);
      });
      after(() => closeAll(shared));
      return {
        get window() {
          if (window === undefined) {
            throw new Error('The window is not open before the `before` hooks.');
          }
          return window;
        },
      };
    },
  };
}

function vscode(): RunningVSCode {
  if (running === undefined) {
    throw new Error('VS Code is not running before the `before` hooks.');
  }
  return running.vscode;
}

async function openIn(
  windows: Map<HostWindow, string>,
  { files, settings, windowSize }: WorkspaceOptions,
): Promise<HostWindow> {
  const folder = temporaryFolder('workspace');
  const workspace = path.join(folder, 'workspace');
  fs.mkdirSync(workspace);
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(workspace, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }
  if (settings !== undefined) {
    updateWorkspaceSettings(workspace, settings);
  }
  const window = await vscode().openWindow({
    workspace,
    ...(windowSize === undefined ? {} : { windowSize }),
  });
  windows.set(window, folder);
  return window;
}

async function closeAll(windows: Map<HostWindow, string>): Promise<void> {
  for (const [window, folder] of windows) {
    await window.close();
    await removeFolder(folder);
  }
  windows.clear();
}

/** What mocha runs around all the files of this suite. */
export const mochaHooks = { afterAll: stop };

async function stop(): Promise<void> {
  const last = running?.vscode;
  running = undefined;
  await last?.close();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fileName(title: string): string {
  return title.replace(/[^\w-]+/g, '-').slice(0, 100);
}
