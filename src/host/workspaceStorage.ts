import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import type { WorkspaceName } from './storage/otherWorkspaces.ts';

/**
 * Where this workspace's conversations and images are kept, for all windows that have it open. VS
 * Code's own `storageUri` is another for a second window, and for one that is reloaded while the
 * process of the first still lives: what it had would be gone from sight.
 */
export function workspaceStorage({ globalStorageUri }: vscode.ExtensionContext): vscode.Uri {
  const key = createHash('sha256').update(workspaceUris().join('\n')).digest('hex');
  return vscode.Uri.joinPath(globalStorageUri, 'workspaces', key);
}

/** What the list of other workspaces calls this one. */
export function workspaceName(): WorkspaceName {
  const name = vscode.workspace.name ?? vscode.l10n.t('Windows without a folder');
  return { name, uris: workspaceUris().map(String) };
}

function workspaceUris(): readonly vscode.Uri[] {
  const { workspaceFile, workspaceFolders = [] } = vscode.workspace;
  return workspaceFile ? [workspaceFile] : workspaceFolders.map(({ uri }) => uri);
}
