import * as vscode from 'vscode';
import { COMMANDS, CONVERSATION_VIEW } from './ids.ts';
import type { Runtime } from './runtime.ts';

/**
 * Registers what the manifest contributes. All the rest is loaded and built when something of it is
 * first used: a window in which nobody looks at an image pays for these few lines.
 */
export function registerExtension(context: vscode.ExtensionContext): vscode.Disposable {
  let starting: Promise<Runtime> | undefined;
  let running: Runtime | undefined;
  const start = async (): Promise<Runtime> => {
    const { Runtime } = await import('./runtime.ts');
    running = new Runtime(context);
    return running;
  };
  const runtime = (): Promise<Runtime> => (starting ??= start());
  const commands = Object.values(COMMANDS).map((command) =>
    vscode.commands.registerCommand(command, async (...args: readonly unknown[]) => {
      const { commands: handlers } = await runtime();
      return handlers[command](args);
    }),
  );
  const view: vscode.WebviewViewProvider = {
    resolveWebviewView: async (webviewView) => (await runtime()).view.resolve(webviewView),
  };
  return vscode.Disposable.from(
    ...commands,
    vscode.window.registerWebviewViewProvider(CONVERSATION_VIEW, view),
    { dispose: () => running?.dispose() },
  );
}
