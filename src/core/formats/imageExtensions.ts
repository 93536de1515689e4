import type { ReadableFormat } from './formats.ts';

/** File name extensions of the formats that can be read, lower-case. */
const EXTENSIONS: Readonly<Record<ReadableFormat, readonly string[]>> = {
  png: ['png', 'apng'],
  jpeg: ['jpg', 'jpeg', 'jfif'],
  gif: ['gif'],
  webp: ['webp'],
  bmp: ['bmp', 'dib'],
  tiff: ['tif', 'tiff'],
  ico: ['ico'],
  cur: ['cur'],
  avif: ['avif'],
  heic: ['heic', 'heif'],
  svg: ['svg'],
};

/** Extensions to look for images by. What a file really is, only its bytes tell. */
export const IMAGE_EXTENSIONS: readonly string[] = Object.values(EXTENSIONS).flat();

/** Whether a path or name looks like that of an image. */
export function hasImageExtension(path: string): boolean {
  const extension = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase();
  return extension !== undefined && IMAGE_EXTENSIONS.includes(extension);
}
