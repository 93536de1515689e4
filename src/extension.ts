import type { ExtensionContext } from 'vscode';
import { registerExtension } from './host/register.ts';

/** Wires the extension. The SDK and jimp load when they are first used. */
export function activate(context: ExtensionContext): void {
  context.subscriptions.push(registerExtension(context));
}
