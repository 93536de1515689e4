import { createHash } from 'node:crypto';
import { headerSize, type MediaType } from './imageHeader.ts';
import type { Size } from './visualTokens.ts';

/** What the pixels of an image say; `meanColor` is `#rrggbb`, of the first frame on white. */
export interface Pixels {
  readonly meanColor: string;
}

/** What the header of an image says. */
export interface ImageHeader extends Size {
  readonly mediaType: MediaType;
  readonly sha256: string;
  /** Length of the file itself, not of its base64 text. */
  readonly bytes: number;
}

/** Reads the header of bytes that show that format; undefined where it is broken. */
export function readHeader(bytes: Buffer, mediaType: MediaType): ImageHeader | undefined {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  try {
    return { mediaType, sha256, bytes: bytes.length, ...headerSize(bytes, mediaType) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Decodes images, each distinct one once: a conversation sends the same bytes again with every turn. */
export class ImageDecoder {
  readonly #known = new Map<string, Promise<Pixels | Error>>();

  /** The pixels' facts, or the reason why there is no picture in those bytes. */
  decode(bytes: Buffer, header: ImageHeader): Promise<Pixels | Error> {
    let pixels = this.#known.get(header.sha256);
    if (pixels === undefined) {
      pixels = decodeOnce(bytes).catch((error: unknown) =>
        error instanceof Error ? error : new Error(String(error)),
      );
      this.#known.set(header.sha256, pixels);
    }
    return pixels;
  }
}

async function decodeOnce(bytes: Buffer): Promise<Pixels> {
  // Loaded on the first image, so that the server answers as soon as it is started.
  const { default: sharp } = await import('sharp');
  const { channels } = await sharp(bytes, { failOn: 'error' })
    .toColourspace('srgb')
    .flatten({ background: '#fff' })
    .stats();
  const [red, green = red, blue = red] = channels.map(({ mean }) => Math.round(mean));
  const hex = [red, green, blue].map((value = 0) => value.toString(16).padStart(2, '0'));
  return { meanColor: `#${hex.join('')}` };
}

/** The plain English word for a colour given as `#rrggbb`. */
export function colorWord(hex: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(
    (start) => Number.parseInt(hex.slice(start, start + 2), 16) / 255,
  );
  const max = Math.max(red, green, blue);
  const min = Math.min(red, green, blue);
  const chroma = max - min;
  const lightness = (max + min) / 2;
  if (chroma < 0.1) {
    if (lightness > 0.92) return 'white';
    return lightness < 0.1 ? 'black' : 'grey';
  }
  const hue = hueOf({ red, green, blue, max, chroma });
  if (hue >= 15 && hue < 45 && lightness < 0.45) return 'brown';
  return hues.find(([end]) => hue < end)?.[1] ?? 'red';
}

const hues: readonly (readonly [end: number, word: string])[] = [
  [15, 'red'],
  [45, 'orange'],
  [70, 'yellow'],
  [165, 'green'],
  [195, 'cyan'],
  [255, 'blue'],
  [290, 'purple'],
  [345, 'pink'],
];

function hueOf(color: {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly max: number;
  readonly chroma: number;
}): number {
  const { red, green, blue, max, chroma } = color;
  if (max === red) return (((green - blue) / chroma + 6) % 6) * 60;
  if (max === green) return ((blue - red) / chroma + 2) * 60;
  return ((red - green) / chroma + 4) * 60;
}
