import { createHash } from 'node:crypto';
import * as vscode from 'vscode';

/**
 * Where this workspace's conversations and images are kept, for all windows that have it open. VS
 * Code's own `storageUri` is another for a second window, and for one that is reloaded while the
 * process of the first still lives: what it had would be gone from sight.
 */
export function workspaceStorage({ globalStorageUri }: vscode.ExtensionContext): vscode.Uri {
  const { workspaceFile, workspaceFolders = [] } = vscode.workspace;
  const uris = workspaceFile ? [workspaceFile] : workspaceFolders.map(({ uri }) => uri);
  const key = createHash('sha256').update(uris.join('\n')).digest('hex');
  return vscode.Uri.joinPath(globalStorageUri, 'workspaces', key);
}
