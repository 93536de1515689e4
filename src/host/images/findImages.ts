import * as vscode from 'vscode';
import { IMAGES_BELOW } from './imageFiles.ts';

const NATURALLY = new Intl.Collator(undefined, { numeric: true });

/**
 * The images in a folder and below, in the order of their names (`2.png` before `10.png`), without
 * what `files.exclude` and `search.exclude` leave out, such as `node_modules`.
 */
export async function findImages(folder: vscode.Uri): Promise<readonly vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(
    new vscode.RelativePattern(folder, IMAGES_BELOW),
    excluded(folder),
  );
  return found.toSorted((a, b) => NATURALLY.compare(a.path, b.path));
}

/** `undefined` leaves `files.exclude` alone at work; a pattern is added to it. */
function excluded(folder: vscode.Uri): string | undefined {
  const patterns: Readonly<Record<string, unknown>> = vscode.workspace
    .getConfiguration('search', folder)
    .get('exclude', {});
  const active = Object.keys(patterns).filter((pattern) => patterns[pattern] === true);
  return active.length > 0 ? `{${active.join(',')}}` : undefined;
}
