import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startVSCode } from '../host/host.ts';
import { DEFAULT_SIZE, type HostOptions, type HostWindow, type Size } from '../host/hostTypes.ts';
import { vsixFile } from '../host/paths.js';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { startPracticeServer, type PracticeServer } from '../server/practiceServer.ts';

export interface PracticeWindows {
  readonly server: PracticeServer;
  readonly userDataDir: string;
  /** A fresh window, and so a fresh extension host, on the files. */
  open(windowSize?: Size): Promise<HostWindow>;
}

/** Runs `work` with the packaged extension in a VS Code that talks to the practice server. */
export async function withPracticeWindows<T>(
  files: Readonly<Record<string, Uint8Array>>,
  work: (windows: PracticeWindows) => Promise<T>,
  {
    otherExtensions,
    env,
    settings,
  }: Pick<HostOptions, 'otherExtensions' | 'env' | 'settings'> = {},
): Promise<T> {
  const folder = temporaryFolder('bench');
  const workspace = path.join(folder, 'workspace');
  mkdirSync(workspace);
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(path.join(workspace, name), content);
  }
  await using server = await startPracticeServer();
  try {
    await using vscode = await startVSCode({
      vsix: vsixFile(),
      settings: { ...settings, 'visionForClaude.baseUrl': server.url },
      env: { ...env, ANTHROPIC_API_KEY: server.apiKey },
      ...(otherExtensions && { otherExtensions }),
    });
    return await work({
      server,
      userDataDir: vscode.userDataDir,
      open: (windowSize = DEFAULT_SIZE) => vscode.openWindow({ workspace, windowSize }),
    });
  } finally {
    await removeFolder(folder);
  }
}
