import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';

/** A window on the other side of the world answers within this; whoever waits here has 5 s. */
const PATIENCE_MS = 2000;
/** One that is busy may miss the first. */
const TIMES = 2;

/**
 * Whether there is still a window on the other side: an extension host outlives one that was reloaded
 * or has lost its connection. The list of commands is the window's to tell: `ask` asks it.
 */
export async function windowAnswers(
  ask: () => Thenable<unknown> = () => vscode.commands.getCommands(true),
  patience = PATIENCE_MS,
): Promise<boolean> {
  const waiting = new AbortController();
  const answers: Promise<boolean>[] = [];
  try {
    for (let time = 1; time <= TIMES; time += 1) {
      answers.push(Promise.resolve(ask()).then(() => true));
      const given = delay(patience, false, { signal: waiting.signal });
      if (await Promise.race([...answers, given])) {
        return true;
      }
    }
    return false;
  } finally {
    waiting.abort();
  }
}
