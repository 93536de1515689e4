import * as vscode from 'vscode';
import { failed } from '../../core/result.ts';
import {
  confirmInDialog,
  estimate,
  folderQuestion,
  type FolderQuestion,
} from './folderQuestion.ts';
import { findImages, type ImagesInFolder } from './findImages.ts';
import { isAddress, sourceOfUri, type ImageSource, type SourceOf } from './imageSource.ts';
import { fileName } from './intake.ts';
import { Lanes } from './lanes.ts';
import { slowWork } from './slowWork.ts';

/** What an expansion asks of its surroundings; tests answer in the place of the user. */
export interface ExpandOptions {
  readonly confirm?: (question: FolderQuestion) => Promise<boolean>;
  readonly tell?: (message: string) => void;
  readonly sourceOf?: SourceOf;
  /** How a search is done that the user may call off. */
  readonly search?: typeof slowWork;
}

/** What one URI stands for. */
type Meant =
  | { readonly kind: 'source'; readonly source: ImageSource }
  | { readonly kind: 'folder'; readonly uri: vscode.Uri };

/** A folder with the images in it. */
type Searched = { readonly uri: vscode.Uri } & ImagesInFolder;

/** As many URIs are looked at at once. */
const AT_ONCE = 8;
/** Images that are looked for beyond those that there is room for, to say how many those are. */
const SPARE = 300;

/**
 * The images that URIs stand for, in their order: files and addresses are one each, folders all
 * images in them. Those are asked for first, with their number and cost, and `free` says how many
 * more images there is room for. A folder without images is said; one whose search is called off
 * gives none. What is no URI is a source that fails, so that it is named.
 */
export async function expandUris(
  uris: readonly (vscode.Uri | string)[],
  free: number,
  {
    confirm = confirmInDialog,
    tell = tellInNotification,
    sourceOf = sourceOfUri,
    search = slowWork,
  }: ExpandOptions = {},
): Promise<readonly ImageSource[]> {
  const lanes = new Lanes(AT_ONCE);
  const meant = await Promise.all(
    uris.map(async (uri) => lanes.run(async () => lookAt(uri, sourceOf))),
  );
  const folders = meant.filter((one) => one.kind === 'folder').map(({ uri }) => uri);
  const room = Math.max(free - (meant.length - folders.length), 0);
  const searched = await searchAll(folders, room + SPARE, search);
  const empty = searched.filter(({ images }) => images.length === 0);
  if (empty.length > 0) {
    tell(vscode.l10n.t('There is no image in {0}.', namesOf(empty)));
  }
  const taken = new Set(await choose(searched, room, confirm));
  const imagesOf = new Map(searched.map(({ uri, images }) => [uri, images]));
  return meant.flatMap((one) =>
    one.kind === 'source'
      ? [one.source]
      : (imagesOf.get(one.uri) ?? [])
          .filter((image) => taken.has(image))
          .map((image) => sourceOf(image.toString())),
  );
}

/** The folders with at most so many images of each; none of them once the user calls it off. */
async function searchAll(
  folders: readonly vscode.Uri[],
  most: number,
  search: typeof slowWork,
): Promise<readonly Searched[]> {
  if (folders.length === 0) {
    return [];
  }
  const names = namesOf(folders.map((uri) => ({ uri })));
  return search(vscode.l10n.t('Looking for images in {0}', names), async (token) => {
    const lanes = new Lanes(AT_ONCE);
    const found = await Promise.all(
      folders.map(async (uri) =>
        lanes.run(async () => ({ uri, ...(await findImages(uri, most, token)) })),
      ),
    );
    return token.isCancellationRequested ? [] : found;
  });
}

/** The images of folders that are to be attached. */
async function choose(
  folders: readonly Searched[],
  room: number,
  confirm: (question: FolderQuestion) => Promise<boolean>,
): Promise<readonly vscode.Uri[]> {
  const images = folders.flatMap((folder) => folder.images);
  if (images.length === 0 || room === 0) {
    // Without room there is nothing to ask: whoever attaches says that there is none.
    return images;
  }
  const offered = images.slice(0, room);
  const found = {
    folders: namesOf(folders.filter((folder) => folder.images.length > 0)),
    images: offered,
    leftOut: images.length - offered.length,
    more: folders.some(({ more }) => more),
  };
  return (await confirm(folderQuestion(found, await estimate(offered)))) ? offered : [];
}

function tellInNotification(message: string): void {
  // Not waited for: it stays until the user has seen it.
  void vscode.window.showInformationMessage(message);
}

async function lookAt(given: vscode.Uri | string, sourceOf: SourceOf): Promise<Meant> {
  const text = given.toString();
  if (isAddress(text)) {
    // A URI that an address was made into is the address only when it is not encoded again.
    const address = typeof given === 'string' ? given : given.toString(true);
    return { kind: 'source', source: sourceOf(address) };
  }
  const uri = parseUri(given);
  if (!uri) {
    return { kind: 'source', source: noUri(text) };
  }
  return (await isFolder(uri))
    ? { kind: 'folder', uri }
    : { kind: 'source', source: sourceOf(uri.toString()) };
}

function parseUri(given: vscode.Uri | string): vscode.Uri | undefined {
  if (typeof given !== 'string') {
    return given;
  }
  try {
    return vscode.Uri.parse(given, true);
  } catch (error) {
    if (error instanceof Error) {
      return undefined;
    }
    throw error;
  }
}

function noUri(text: string): ImageSource {
  return {
    name: text,
    read: () => Promise.resolve(failed({ kind: 'addressInvalid' })),
  };
}

/** False also for what cannot be looked at: reading it will say why. */
async function isFolder(uri: vscode.Uri): Promise<boolean> {
  try {
    const { type } = await vscode.workspace.fs.stat(uri);
    return (type & vscode.FileType.Directory) !== 0;
  } catch (error) {
    if (error instanceof Error) {
      return false;
    }
    throw error;
  }
}

function namesOf(folders: readonly { readonly uri: vscode.Uri }[]): string {
  return new Intl.ListFormat(vscode.env.language).format(
    folders.map(({ uri }) => fileName(uri) || uri.path),
  );
}
