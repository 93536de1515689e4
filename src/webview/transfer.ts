import { fileOfDataUri } from './dataUri.ts';

/** What a drop or a paste holds that can be attached, each kind in its order. */
export interface Transferred {
  readonly uris: readonly string[];
  /** Files, and folders that are still to be read. */
  readonly entries: readonly (File | FileSystemDirectoryEntry)[];
}

/** VS Code's own kinds of data, in lower case as a page gets them. */
export const CODE_URI_LIST = 'application/vnd.code.uri-list';
const CODE_RESOURCES = 'resourceurls';
const CODE_FILES = 'codefiles';

const ATTACHABLE = ['Files', CODE_URI_LIST, CODE_RESOURCES, CODE_FILES, 'text/uri-list'] as const;

/** Addresses of files and pictures; not those of scripts, mails and the like. */
const ADDRESS = /^(?:https?|file|vscode-[\w-]+):/i;

/** Whether something attachable is being dragged, as far as the kinds of its data tell. */
export function mayHoldImages(types: readonly string[]): boolean {
  return ATTACHABLE.some((type) => types.includes(type));
}

/**
 * Reads a drop or a paste. To be called while its event is handled: the data is gone after. VS
 * Code's lists come first, since only they are whole; then bytes; then what browsers say of a
 * picture that is dragged out of a page.
 */
export function readTransfer(data: DataTransfer): Transferred {
  const listed = codeUris(data);
  if (listed.length > 0) {
    return { uris: listed, entries: [] };
  }
  const entries = droppedEntries(data);
  if (entries.length > 0) {
    return { uris: [], entries };
  }
  const pictures = pictureAddresses(data.getData('text/html'));
  const addresses = pictures.length > 0 ? pictures : uriList(data.getData('text/uri-list'));
  return {
    uris: addresses.filter((address) => ADDRESS.test(address)),
    entries: addresses.flatMap((address) => fileOfDataUri(address) ?? []),
  };
}

/** The addresses in a list as RFC 2483 has it: one a line, and comments. */
export function uriList(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** What VS Code tells of files of its own. Only the first kind names folders. */
function codeUris(data: DataTransfer): readonly string[] {
  const uris = uriList(data.getData(CODE_URI_LIST));
  if (uris.length > 0) {
    return uris;
  }
  const resources = stringsIn(data.getData(CODE_RESOURCES));
  return resources.length > 0 ? resources : stringsIn(data.getData(CODE_FILES)).map(fileUri);
}

function stringsIn(json: string): readonly string[] {
  const parsed = parseJson(json);
  return Array.isArray(parsed) ? parsed.filter((one) => typeof one === 'string') : [];
}

/** `undefined` for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

/** The address of a path of this machine or, with a drive or a server, of Windows. */
function fileUri(path: string): string {
  const slashed = path.replaceAll('\\', '/');
  const encoded = slashed.split('/').map(encodeURIComponent).join('/');
  return slashed.startsWith('//')
    ? `file:${encoded}`
    : `file://${slashed.startsWith('/') ? '' : '/'}${encoded}`;
}

function droppedEntries(data: DataTransfer): readonly (File | FileSystemDirectoryEntry)[] {
  return [...data.items]
    .filter(({ kind }) => kind === 'file')
    .flatMap((item) => {
      const entry = item.webkitGetAsEntry();
      return isFolder(entry) ? entry : (item.getAsFile() ?? []);
    });
}

export function isFolder(entry: FileSystemEntry | null): entry is FileSystemDirectoryEntry {
  return entry?.isDirectory === true;
}

/** Of the pictures in a piece of a page. The parsed document is inert: nothing of it is loaded. */
function pictureAddresses(markup: string): readonly string[] {
  if (markup === '') {
    return [];
  }
  const pictures = new DOMParser().parseFromString(markup, 'text/html').querySelectorAll('img');
  return [...pictures].map((picture) => picture.getAttribute('src') ?? '');
}
