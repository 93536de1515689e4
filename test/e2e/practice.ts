import { after, afterEach, before } from 'mocha';
import { startPracticeServer, type PracticeServer } from '../server/practiceServer.ts';
import { useVSCode, type TestVSCode } from './setup.ts';

export interface PracticeSetup extends Pick<TestVSCode, 'vscode' | 'open' | 'share'> {
  readonly server: PracticeServer;
}

let shared: Promise<PracticeServer> | undefined;
// At the root: it ends after the last file.
after(async () => (await shared)?.close());

/** A VS Code whose extension talks to the practice server, with or without a key at hand. */
export function usePractice({ withKey = true } = {}): PracticeSetup {
  let server: PracticeServer | undefined;
  before(async () => {
    // One for all, so that the VS Code that has its address can go on from file to file.
    shared ??= startPracticeServer();
    server = await shared;
  });
  const running = (): PracticeServer => {
    if (!server) {
      throw new Error('The practice server starts in a `before` hook.');
    }
    return server;
  };
  const host = useVSCode(() => ({
    settings: { 'visionForClaude.baseUrl': running().url },
    env: withKey ? { ANTHROPIC_API_KEY: running().apiKey } : {},
  }));
  afterEach(() => running().reset());
  return {
    get vscode() {
      return host.vscode;
    },
    open: (options) => host.open(options),
    share: (options) => host.share(options),
    get server() {
      return running();
    },
  };
}
