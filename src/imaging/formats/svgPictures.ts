import type { ReadableFormat } from '../../core/formats/formats.ts';
import { probeWhole } from '../../core/formats/probe.ts';
import { DecodeError } from '../decodeError.ts';
import { withCharacters } from './svgMarkup.ts';

/** Pixels of all pictures inside of a drawing together: each is drawn from memory as a whole. */
export const MOST_EMBEDDED_PIXELS = 50_000_000;

export const SVG_MEDIA_TYPE = 'image/svg+xml';

/** The formats that the renderer draws, by the names that it knows them by. */
const MEDIA_TYPES: Readonly<Partial<Record<ReadableFormat, string>>> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  svg: SVG_MEDIA_TYPE,
};

export interface EmbeddedPicture {
  readonly mediaType: string;
  readonly bytes: Buffer;
  /** Of a picture; a drawing has none of its own. */
  readonly pixels: number;
}

/** Characters before the comma: a media type and its parameters. */
const LONGEST_TYPE = 500;

/**
 * The picture that an attribute holds as a `data:` address, in any spelling (RFC 2397, and the
 * leniency of the Fetch standard, section 6), told by its content and not by its name. `undefined`
 * for any other address, and for content that no renderer draws.
 */
export function embeddedPicture(value: string): EmbeddedPicture | undefined {
  const address = withCharacters(value).trim();
  const comma = address.indexOf(',');
  if (!/^data:/i.test(address) || comma === -1 || comma > LONGEST_TYPE) {
    return undefined;
  }
  const fragment = address.indexOf('#', comma);
  const body = percentDecoded(address.slice(comma + 1, fragment === -1 ? undefined : fragment));
  const isBase64 = address.slice(0, comma).toLowerCase().trimEnd().endsWith('base64');
  const bytes = isBase64 ? Buffer.from(body.toString('latin1'), 'base64') : body;
  const probed = probeWhole(bytes);
  const mediaType = probed.ok ? MEDIA_TYPES[probed.value.format] : undefined;
  if (!probed.ok || mediaType === undefined) {
    return undefined;
  }
  const { format, size } = probed.value;
  return { mediaType, bytes, pixels: format === 'svg' ? 0 : size.width * size.height };
}

const PERCENT = 0x25;

function percentDecoded(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (!text.includes('%')) {
    return bytes;
  }
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const digits = bytes[at] === PERCENT ? bytes.toString('latin1', at + 1, at + 3) : '';
    const isEscape = /^[\da-f]{2}$/i.test(digits);
    bytes[length] = isEscape ? Number.parseInt(digits, 16) : (bytes[at] ?? 0);
    length += 1;
    at += isEscape ? 2 : 0;
  }
  return bytes.subarray(0, length);
}

/** Counts the pixels of pictures, and throws when they are too many. */
export class PixelCount {
  #pixels = 0;

  add(pixels: number): void {
    this.#pixels += pixels;
    if (this.#pixels > MOST_EMBEDDED_PIXELS) {
      throw new DecodeError('pictures inside are too large', { truncated: false });
    }
  }
}
