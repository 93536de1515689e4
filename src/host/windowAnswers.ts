import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';

/** A window on the other side of the world answers within this. */
const PATIENCE_MS = 2000;

/**
 * Whether there is still a window on the other side: an extension host outlives one that was reloaded
 * or has lost its connection.
 */
export async function windowAnswers(): Promise<boolean> {
  const waiting = new AbortController();
  try {
    return await Promise.race([
      // The list of commands is the window's to tell.
      Promise.resolve(vscode.commands.getCommands(true)).then(() => true),
      delay(PATIENCE_MS, false, { signal: waiting.signal }),
    ]);
  } finally {
    waiting.abort();
  }
}
