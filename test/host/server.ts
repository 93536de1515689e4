import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { hostEnvironment } from './environment.ts';
import { installServer } from './install.ts';
import {
  removeFolder,
  runToEnd,
  spawnGroup,
  temporaryFolder,
  type ProcessGroup,
} from './processes.ts';
import { CALM_SETTINGS, writeUserSettings, type Settings } from './settings.ts';

export interface ServerOptions {
  /** The packaged extension to install before the start. */
  readonly vsix?: string;
  readonly otherExtensions?: readonly string[];
  readonly settings?: Settings;
  /** Added to the environment of the extension host. */
  readonly env?: Readonly<Record<string, string>>;
  /** Allows windows that run an extension from source and its tests. */
  readonly smokeTestDriver?: boolean;
  /** Brought along by a caller who keeps it; otherwise the server has its own and removes it. */
  readonly userDataDir?: string;
  readonly say: (line: string) => void;
}

/** A VS Code server on a port of its own, with its own data and extensions. */
export interface VSCodeServer {
  /** Ends in a slash. */
  readonly url: string;
  readonly userDataDir: string;
  /** The settings of the user at the start. */
  readonly settings: Settings;
  /** What the server has printed. */
  readonly log: string;
  close(): Promise<void>;
}

const START_MS = 60_000;

/** Starts the npm-borne server (installing it on first use) and resolves when it listens. */
export async function startServer(options: ServerOptions): Promise<VSCodeServer> {
  const { entry } = await installServer(options.say);
  const home = temporaryFolder('server');
  const userDataDir = options.userDataDir ?? path.join(home, 'data');
  const folders = [
    '--user-data-dir',
    userDataDir,
    '--extensions-dir',
    path.join(home, 'extensions'),
    '--config',
    path.join(home, 'config.yaml'),
  ];
  const settings = { ...CALM_SETTINGS, ...options.settings };
  const env = serverEnvironment(home, options.env ?? {});
  const output: string[] = [];
  let server: ProcessGroup | undefined;
  const close = async (): Promise<void> => {
    await server?.end();
    await removeFolder(home);
  };
  try {
    fs.writeFileSync(path.join(home, 'config.yaml'), 'auth: none\n');
    writeUserSettings(userDataDir, settings);
    const packages = [options.vsix ?? [], options.otherExtensions ?? []].flat();
    if (packages.length > 0) {
      const install = packages.flatMap((file) => ['--install-extension', file]);
      await runToEnd(process.execPath, [entry, ...folders, ...install], { env });
    }
    server = spawnGroup(
      process.execPath,
      [
        entry,
        ...folders,
        '--auth=none',
        '--bind-addr=127.0.0.1:0',
        '--disable-telemetry',
        '--disable-update-check',
        '--disable-workspace-trust',
        '--disable-getting-started-override',
        '--disable-proxy',
        ...(options.smokeTestDriver === true
          ? ['--vscode-option', 'enable-smoke-test-driver']
          : []),
      ],
      { env, stdio: ['ignore', 'pipe', 'pipe'], cwd: home },
    );
    const url = await listening(server, output);
    return {
      url,
      userDataDir,
      settings,
      get log() {
        return output.join('\n');
      },
      close,
    };
  } catch (error) {
    await close();
    throw new Error(`VS Code's server did not start.\n${output.join('\n')}`.trimEnd(), {
      cause: error,
    });
  }
}

async function listening(server: ProcessGroup, output: string[]): Promise<string> {
  const started = Promise.withResolvers<string>();
  for (const stream of [server.child.stdout, server.child.stderr]) {
    if (stream !== null) {
      readline.createInterface({ input: stream }).on('line', (line) => {
        output.push(line);
        const url = /HTTP server listening on (http:\/\/\S+)/.exec(line)?.[1];
        if (url !== undefined) {
          started.resolve(url.endsWith('/') ? url : `${url}/`);
        }
      });
    }
  }
  const timer = setTimeout(
    () => started.reject(new Error(`It was not listening after ${START_MS / 1000} s.`)),
    START_MS,
  );
  try {
    return await Promise.race([
      started.promise,
      server.exited.then(({ code, signal }) => {
        throw new Error(`It ended with ${code ?? signal}.`);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}

function serverEnvironment(
  home: string,
  added: Readonly<Record<string, string>>,
): Record<string, string> {
  return hostEnvironment(process.env, {
    // Logs and sockets that it would otherwise share with every other server of this user.
    XDG_CONFIG_HOME: path.join(home, 'config'),
    XDG_DATA_HOME: path.join(home, 'share'),
    // The path of a socket is short by law, and on macOS the system's own folder uses it up.
    ...(process.platform === 'linux' ? { TMPDIR: home } : {}),
    // No marketplace: nothing is looked up in the network.
    EXTENSIONS_GALLERY: '{}',
    ...added,
  });
}
