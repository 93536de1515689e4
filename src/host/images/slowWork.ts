import * as vscode from 'vscode';

/** Work that takes no longer is not worth a notification that comes and goes. */
const UNNOTICED_MS = 500;

/** Does work that may take long, and lets the user call it off in a notification once it does. */
export async function slowWork<T>(
  title: string,
  work: (token: vscode.CancellationToken) => Promise<T>,
): Promise<T> {
  const calledOff = new vscode.CancellationTokenSource();
  const result = work(calledOff.token);
  const over = Promise.allSettled([result]);
  const timer = setTimeout(() => {
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (_, token) => {
        token.onCancellationRequested(() => calledOff.cancel());
        await over;
      },
    );
  }, UNNOTICED_MS);
  try {
    return await result;
  } finally {
    clearTimeout(timer);
    calledOff.dispose();
  }
}
