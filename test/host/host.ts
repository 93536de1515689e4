import { findDesktop } from './desktop.ts';
import { startDesktop } from './desktopHost.ts';
import type { HostOptions, RunningVSCode, VSCodeHost, WindowOptions } from './hostTypes.ts';
import { startWeb } from './webHost.ts';

/** Starts VS Code and opens a workspace in it. Closes everything again when that fails. */
export async function startHost(options: HostOptions & WindowOptions): Promise<VSCodeHost> {
  const vscode = await startVSCode(options);
  try {
    const window = await vscode.openWindow(options);
    return {
      ...vscode,
      ...window,
      get log() {
        return vscode.log;
      },
      close: () => vscode.close(),
      [Symbol.asyncDispose]: () => vscode.close(),
    };
  } catch (error) {
    await vscode.close();
    throw error;
  }
}

/** Starts VS Code without a window: the npm-borne server, or the desktop edition, see desktop.ts. */
export async function startVSCode(options: HostOptions): Promise<RunningVSCode> {
  const theme = options.theme === undefined ? {} : { 'workbench.colorTheme': options.theme };
  const complete = { ...options, settings: { ...options.settings, ...theme } };
  const executable = await findDesktop('window', options.say ?? (() => {}));
  return executable === undefined ? startWeb(complete) : startDesktop(executable, complete);
}
