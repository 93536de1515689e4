import fs from 'node:fs';
import path from 'node:path';
import { resolveCliPathFromVSCodeExecutablePath } from '@vscode/test-electron';
import { _electron, type ElectronApplication } from 'playwright-core';
import { hostEnvironment } from './environment.ts';
import {
  DEFAULT_SIZE,
  type HostOptions,
  type HostWindow,
  type RunningVSCode,
  type WindowOptions,
} from './hostTypes.ts';
import { removeFolder, runToEnd, temporaryFolder } from './processes.ts';
import { CALM_SETTINGS, updateUserSettings, writeUserSettings } from './settings.ts';
import { Workbench } from './workbench.ts';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu-sandbox',
  '--disable-updates',
  '--disable-telemetry',
  '--disable-workspace-trust',
  '--skip-welcome',
  '--skip-release-notes',
  '--use-inmemory-secretstorage',
  '--new-window',
];

/**
 * The desktop VS Code at `executable`. Every window is an instance of its own with its own data,
 * because the instances of one data folder share their secrets.
 */
export async function startDesktop(
  executable: string,
  options: HostOptions,
): Promise<RunningVSCode> {
  const home = temporaryFolder('desktop');
  const extensions = `--extensions-dir=${path.join(home, 'extensions')}`;
  const userDataDir = path.join(home, 'data');
  const settings = { ...CALM_SETTINGS, ...options.settings };
  const env = hostEnvironment(process.env, options.env ?? {});
  const instances = new Map<ElectronApplication, string>();
  const output: string[] = [];

  const closeInstance = async (instance: ElectronApplication): Promise<void> => {
    instances.delete(instance);
    await instance.close();
  };
  const close = async (): Promise<void> => {
    await Promise.all([...instances.keys()].map(closeInstance));
    await removeFolder(home);
  };
  const openWindow = async ({ workspace, windowSize }: WindowOptions): Promise<HostWindow> => {
    const data = fs.mkdtempSync(path.join(home, 'window-'));
    fs.cpSync(userDataDir, data, { recursive: true });
    const instance = await _electron.launch({
      executablePath: executable,
      env,
      args: [`--user-data-dir=${data}`, extensions, ...ARGUMENTS, workspace],
    });
    instances.set(instance, data);
    instance.process().stderr?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    const page = await instance.firstWindow();
    await page.setViewportSize(windowSize ?? DEFAULT_SIZE);
    const workbench = new Workbench(page);
    await workbench.ready();
    const end = (): Promise<void> => closeInstance(instance);
    return { page, workbench, workspace, url: undefined, close: end, [Symbol.asyncDispose]: end };
  };

  try {
    writeUserSettings(userDataDir, settings);
    const packages = [options.vsix ?? [], options.otherExtensions ?? []].flat();
    if (packages.length > 0) {
      const install = packages.flatMap((file) => ['--install-extension', file]);
      // A .cmd file on Windows, which only a shell starts, and Node hands it the words as they are.
      const shell = process.platform === 'win32';
      const word = (text: string): string => (shell ? `"${text}"` : text);
      await runToEnd(
        word(resolveCliPathFromVSCodeExecutablePath(executable)),
        [`--user-data-dir=${userDataDir}`, extensions, ...install].map(word),
        { env, shell },
      );
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    kind: 'desktop',
    userDataDir,
    get log() {
      return output.join('');
    },
    openWindow,
    updateUserSettings(changes) {
      for (const folder of [userDataDir, ...instances.values()]) {
        updateUserSettings(folder, changes);
      }
    },
    resetUserSettings() {
      for (const folder of [userDataDir, ...instances.values()]) {
        writeUserSettings(folder, settings);
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
