import path from 'node:path';
import process from 'node:process';
import { downloadAndUnzipVSCode, SilentReporter } from '@vscode/test-electron';
import { VSCODE_VERSION } from './install.ts';
import { withLock } from './lock.js';
import { cacheFolder } from './paths.js';
import { runToEnd } from './processes.ts';

/** What decides which VS Code a run uses. */
export interface Choice {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly purpose: Purpose;
}

/** To run tests inside an extension host, or to be handled from outside like a person does. */
export type Purpose = 'integration' | 'window';

export type Decision =
  | { readonly kind: 'named'; readonly executable: string }
  | { readonly kind: 'download' }
  | { readonly kind: 'server' };

const DOWNLOAD_IDLE_MS = 5_000;

/**
 * Which VS Code to use: the one that `VISION_VSCODE` names; else a download of the desktop
 * edition where it has a screen to appear on; else the npm-borne server, which needs none. On
 * Linux the latter also serves the windows that are handled from outside: they need no screen.
 * `VISION_VSCODE_DOWNLOAD=0` forbids the download, `=1` asks for it.
 */
export function decide({ platform, env, purpose }: Choice): Decision {
  const named = env['VISION_VSCODE'];
  if (named !== undefined && named !== '') {
    return { kind: 'named', executable: named };
  }
  const wish = env['VISION_VSCODE_DOWNLOAD'];
  const byDefault =
    platform !== 'linux' || (purpose === 'integration' && hasScreen({ platform, env }));
  return wish === '1' || (byDefault && wish !== '0') ? { kind: 'download' } : { kind: 'server' };
}

/** Whether a window can be seen here. */
export function hasScreen({ platform, env }: Omit<Choice, 'purpose'>): boolean {
  return platform !== 'linux' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
}

/**
 * The executable of the desktop VS Code to use, or nothing where the server is to be used: by
 * decision, or because a download is not to be had (a blocked network is noticed in seconds) or does
 * not start on this Linux.
 */
export async function findDesktop(
  purpose: Purpose,
  say: (line: string) => void,
): Promise<string | undefined> {
  const decision = decide({ platform: process.platform, env: process.env, purpose });
  switch (decision.kind) {
    case 'named':
      return decision.executable;
    case 'server':
      return undefined;
    case 'download':
      try {
        return await download(say);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        say(`There is no VS Code ${VSCODE_VERSION} for the desktop: ${reason}`);
        if (process.platform === 'win32') {
          throw new Error('Set VISION_VSCODE to the Code.exe of an installed VS Code.', {
            cause: error,
          });
        }
        return undefined;
      }
  }
}

async function download(say: (line: string) => void): Promise<string> {
  const cachePath = path.join(cacheFolder, 'vscode-desktop');
  const executable = await withLock(
    `${cachePath}.lock`,
    () =>
      downloadAndUnzipVSCode({
        version: VSCODE_VERSION,
        cachePath,
        timeout: DOWNLOAD_IDLE_MS,
        reporter: new SilentReporter(),
      }),
    () => say('Waiting for another run that is downloading VS Code ...'),
  );
  if (process.platform === 'linux') {
    await tryOut(executable);
  }
  return executable;
}

/** Fails, with the loader's words, where an Electron lacks libraries of the system. */
export async function tryOut(executable: string): Promise<void> {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  await runToEnd(executable, ['-e', ''], { env });
}
