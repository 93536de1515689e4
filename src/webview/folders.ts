import { hasImageExtension } from '../core/formats/imageExtensions.ts';
import { isFolder } from './transfer.ts';

/** Entries of dropped folders that are looked at, so that a whole disk does not stop the page. */
const MAX_ENTRIES = 1000;

const NATURAL = new Intl.Collator(undefined, { numeric: true });

/** A file that was dropped, by itself or within a folder. */
export interface DroppedFile {
  readonly file: File;
  /** Name of the dropped folder that it lies in, however deep. */
  readonly folder?: string;
}

/** What was found among dropped entries. */
export interface Found {
  readonly files: readonly DroppedFile[];
  /** Files and folders within dropped folders that could not be read. */
  readonly unreadable: number;
  /** Whether the folders hold more than was looked through. */
  readonly unsearched: boolean;
}

/** How far the folders of one drop were looked through. */
interface Walk {
  left: number;
  unreadable: number;
  unsearched: boolean;
}

/**
 * The files among dropped entries, and in the place of each folder the images in it, in natural
 * order of their names, subfolders included.
 */
export async function filesIn(
  entries: readonly (File | FileSystemDirectoryEntry)[],
): Promise<Found> {
  const walk: Walk = { left: MAX_ENTRIES, unreadable: 0, unsearched: false };
  const files: DroppedFile[] = [];
  for (const entry of entries) {
    if (entry instanceof File) {
      files.push({ file: entry });
    } else {
      const images = await imagesIn(entry, walk);
      files.push(...images.map((file) => ({ file, folder: entry.name })));
    }
  }
  return { files, unreadable: walk.unreadable, unsearched: walk.unsearched };
}

async function imagesIn(folder: FileSystemDirectoryEntry, walk: Walk): Promise<File[]> {
  const files: File[] = [];
  const entries = (await readable(entriesOf(folder, walk), walk)) ?? [];
  for (const entry of entries.toSorted((one, other) => NATURAL.compare(one.name, other.name))) {
    if (isFolder(entry)) {
      files.push(...(await imagesIn(entry, walk)));
    } else if (isFile(entry) && hasImageExtension(entry.name)) {
      const file = await readable(
        new Promise<File>((resolve, reject) => entry.file(resolve, reject)),
        walk,
      );
      files.push(...(file ? [file] : []));
    }
  }
  return files;
}

async function entriesOf(folder: FileSystemDirectoryEntry, walk: Walk): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  while (!walk.unsearched) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) {
      break;
    }
    walk.unsearched = some.length > walk.left;
    found.push(...some.slice(0, walk.left));
    walk.left = Math.max(walk.left - some.length, 0);
  }
  return found;
}

/** Counts what cannot be read, and gives `undefined` in its place. */
async function readable<Value>(reading: Promise<Value>, walk: Walk): Promise<Value | undefined> {
  try {
    return await reading;
  } catch (error) {
    // Gone, or not ours to read.
    if (error instanceof DOMException) {
      walk.unreadable += 1;
      return undefined;
    }
    throw error;
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
