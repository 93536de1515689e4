import { isFolder } from './transfer.ts';

/** Entries of dropped folders that are looked at, so that a whole disk does not stop the page. */
const MAX_ENTRIES = 1000;

/** The names that the Explorer's menu takes for images; what they are, the host finds out. */
const IMAGE_NAME =
  /\.(?:png|apng|jpe?g|jfif|gif|webp|bmp|dib|tiff?|ico|cur|svg|avif|heic|heif|jxl|jp2|psd)$/i;

const NATURAL = new Intl.Collator(undefined, { numeric: true });

/**
 * The files among dropped entries, and in the place of each folder the images in it, in natural
 * order of their names, subfolders included. What cannot be read is left out.
 */
export async function filesIn(
  entries: readonly (File | FileSystemDirectoryEntry)[],
): Promise<readonly File[]> {
  const walk = { left: MAX_ENTRIES };
  const files: File[] = [];
  for (const entry of entries) {
    files.push(...(entry instanceof File ? [entry] : await imagesIn(entry, walk)));
  }
  return files;
}

async function imagesIn(folder: FileSystemDirectoryEntry, walk: { left: number }): Promise<File[]> {
  const files: File[] = [];
  const entries = await readable(entriesOf(folder, walk), []);
  for (const entry of entries.toSorted((one, other) => NATURAL.compare(one.name, other.name))) {
    if (isFolder(entry)) {
      files.push(...(await imagesIn(entry, walk)));
    } else if (isFile(entry) && IMAGE_NAME.test(entry.name)) {
      const file = await readable(
        new Promise<File>((resolve, reject) => entry.file(resolve, reject)),
        undefined,
      );
      files.push(...(file ? [file] : []));
    }
  }
  return files;
}

async function entriesOf(
  folder: FileSystemDirectoryEntry,
  walk: { left: number },
): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  while (walk.left > 0) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) {
      break;
    }
    found.push(...some.slice(0, walk.left));
    walk.left -= some.length;
  }
  return found;
}

async function readable<Value, Instead>(
  reading: Promise<Value>,
  instead: Instead,
): Promise<Value | Instead> {
  try {
    return await reading;
  } catch (error) {
    // Gone, or not ours to read.
    if (error instanceof DOMException) {
      return instead;
    }
    throw error;
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
