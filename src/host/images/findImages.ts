import * as vscode from 'vscode';
import { IMAGES_BELOW } from './imageFiles.ts';

const NATURALLY = new Intl.Collator(undefined, { numeric: true });

export interface ImagesInFolder {
  readonly images: readonly vscode.Uri[];
  /** Whether the folder has more of them. */
  readonly more: boolean;
}

/**
 * The images in a folder and below, at most `most` of them, in the order of their names (`2.png`
 * before `10.png`), without what `files.exclude` and `search.exclude` leave out, such as
 * `node_modules`. None once the search is called off.
 */
export async function findImages(
  folder: vscode.Uri,
  most: number,
  token: vscode.CancellationToken,
): Promise<ImagesInFolder> {
  const found = await vscode.workspace.findFiles(
    new vscode.RelativePattern(folder, IMAGES_BELOW),
    excluded(folder),
    most + 1,
    token,
  );
  if (token.isCancellationRequested) {
    return { images: [], more: false };
  }
  const images = found.slice(0, most).toSorted((a, b) => NATURALLY.compare(a.path, b.path));
  return { images, more: found.length > most };
}

/** `undefined` leaves `files.exclude` alone at work; a pattern is added to it. */
function excluded(folder: vscode.Uri): string | undefined {
  const patterns: Readonly<Record<string, unknown>> = vscode.workspace
    .getConfiguration('search', folder)
    .get('exclude', {});
  const active = Object.keys(patterns).filter((pattern) => patterns[pattern] === true);
  return active.length > 0 ? `{${active.join(',')}}` : undefined;
}
