import * as vscode from 'vscode';
import { activeImage } from './activeImage.ts';
import { hasImageExtension } from '../../core/formats/imageExtensions.ts';
import { pickImages } from './pickImages.ts';

/**
 * What a command's arguments mean: the selection in the Explorer (files and folders), an editor's
 * title or tab, changes in Source Control or a group of them, of which only images count; with none
 * of these, as from the image preview's own menu or the Command Palette, the image in the active
 * editor, else what the user chooses in a dialog.
 */
export async function imagesMeant(args: readonly unknown[]): Promise<readonly vscode.Uri[]> {
  const named = urisOf(args);
  if (named.length > 0) {
    return named;
  }
  const open = activeImage();
  return open ? [open] : pickImages();
}

function urisOf(args: readonly unknown[]): readonly vscode.Uri[] {
  const changes = args.flatMap(changedImages);
  if (changes.length > 0) {
    return changes;
  }
  const [resource, selection] = args;
  const selected = Array.isArray(selection) ? selection.filter(isUri) : [];
  if (selected.length > 0) {
    return selected;
  }
  return isUri(resource) ? [resource] : [];
}

/** Of a change in Source Control, or of a group of changes, in which much else may be. */
function changedImages(value: unknown): readonly vscode.Uri[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  if ('resourceUri' in value && isUri(value.resourceUri)) {
    return [value.resourceUri];
  }
  return 'resourceStates' in value && Array.isArray(value.resourceStates)
    ? value.resourceStates.flatMap(changedImages).filter(({ path }) => hasImageExtension(path))
    : [];
}

function isUri(value: unknown): value is vscode.Uri {
  return value instanceof vscode.Uri;
}
