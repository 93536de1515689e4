import { dirname, join, parse, resolve } from 'node:path';
import type { MediaType } from '../../src/core/plan/mediaType.ts';

const EXTENSIONS: Readonly<Record<MediaType, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
};

/** The file for a prepared picture, or for one of its tiles, which are counted from 1. */
export function outputFile(
  folder: string,
  name: string,
  mediaType: MediaType,
  tile?: number,
): string {
  const number = tile === undefined ? '' : `.${tile}`;
  return join(folder, `${name}${number}.${EXTENSIONS[mediaType]}`);
}

/**
 * For each file its name without extension, numbered (`NAME-2`) where what is written under it could
 * overwrite the output of another file, or, when `folder` is where the files lie, a file itself.
 */
export function outputNames(files: readonly string[], folder: string): readonly string[] {
  const taken = new Set(
    files.filter((file) => dirname(resolve(file)) === resolve(folder)).map((file) => keyOf(file)),
  );
  return files.map((file) => {
    const { name } = parse(file);
    let free = name;
    for (let number = 2; isTaken(free, taken); number += 1) {
      free = `${name}-${number}`;
    }
    taken.add(free.toLowerCase());
    return free;
  });
}

/** Many file systems take `A.png` and `a.png` for the same. */
function keyOf(file: string): string {
  return parse(file).name.toLowerCase();
}

/** Whether the name, or that of one of its tiles (`NAME.1`), is another's or another's tile's. */
function isTaken(name: string, taken: ReadonlySet<string>): boolean {
  const key = name.toLowerCase();
  return (
    taken.has(key) ||
    taken.has(withoutTile(key)) ||
    [...taken].some((other) => withoutTile(other) === key)
  );
}

function withoutTile(key: string): string {
  return key.replace(/\.\d+$/, '');
}
