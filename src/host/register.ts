import * as vscode from 'vscode';
import { COMMANDS, CONVERSATION_VIEW } from './ids.ts';
import { Lazy } from './lazy.ts';

/**
 * Registers what the manifest contributes. All the rest is loaded and built when something of it is
 * first used: a window in which nobody looks at an image pays for these few lines.
 */
export function registerExtension(context: vscode.ExtensionContext): vscode.Disposable {
  const runtime = new Lazy(async () => {
    const { Runtime } = await import('./runtime.ts');
    return Runtime.start(context);
  });
  const commands = Object.values(COMMANDS).map((command) =>
    vscode.commands.registerCommand(command, async (...args: readonly unknown[]) => {
      const { commands: handlers } = await runtime.get();
      return handlers[command](args);
    }),
  );
  const view: vscode.WebviewViewProvider = {
    resolveWebviewView: async (webviewView) => (await runtime.get()).view.resolve(webviewView),
  };
  return vscode.Disposable.from(
    ...commands,
    vscode.window.registerWebviewViewProvider(CONVERSATION_VIEW, view),
    runtime,
  );
}
