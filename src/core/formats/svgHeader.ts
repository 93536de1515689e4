import { needMoreBytes, probeFailed } from './imageHeader.ts';
import type { ProbeResult, Size } from './imageHeader.ts';
import { decodeXmlText, endOfProlog, skipWhiteSpace } from './xmlText.ts';

/** Reads the root element of an SVG: how large the picture wants to be. */

/** Bytes that a root element is looked for in, step by step and no further. */
const LIMITS = [4096, 65_536, 1_048_576] as const;
/** Fewer bytes than this are not worth a second read of the file. */
const READ_BYTES = 65_536;

/** Size of a picture that says nothing about it (CSS Images 3, section 5.2). */
const DEFAULT_SIZE: Size = { width: 300, height: 150 };
const LONGEST_EDGE = 2 ** 31 - 1;

/** Attributes of the root element as written, by their names. */
type Attributes = ReadonlyMap<string, string>;

export function probeSvg(bytes: Uint8Array): ProbeResult {
  for (const limit of LIMITS) {
    const text = decodeXmlText(bytes, limit);
    if (text === undefined) {
      return damaged('binary data in the text');
    }
    const attributes = readRoot(text);
    if (attributes === 'malformed') {
      return damaged('malformed root element');
    }
    if (attributes !== 'unfinished') {
      return fromAttributes(attributes);
    }
    if (bytes.length < limit) {
      return needMoreBytes(Math.max(bytes.length * 2, READ_BYTES));
    }
  }
  return damaged('root element without end');
}

const ATTRIBUTE_NAME = /[\w:.\-\u00b7-\uffff]+/y;
const ROOT_NAME = /<(?:\w{1,60}:)?svg(?=[\s>/])/iy;

/** Reads the attributes of the root element up to its `>`. */
function readRoot(text: string): Attributes | 'malformed' | 'unfinished' {
  const rootAt = endOfProlog(text);
  const attributes = new Map<string, string>();
  let at = rootAt + matchLength(ROOT_NAME, text, rootAt);
  if (at === rootAt) {
    return text.length - rootAt < 70 ? 'unfinished' : 'malformed';
  }
  for (;;) {
    const nameAt = skipWhiteSpace(text, at);
    const next = text.charAt(nameAt);
    if (next === '>') {
      return attributes;
    }
    if (next === '/') {
      const after = text.charAt(nameAt + 1);
      return after === '>' ? attributes : after === '' ? 'unfinished' : 'malformed';
    }
    const equalsAt = skipWhiteSpace(text, nameAt + matchLength(ATTRIBUTE_NAME, text, nameAt));
    const quoteAt = skipWhiteSpace(text, equalsAt + 1);
    if (equalsAt >= text.length || quoteAt >= text.length) {
      return 'unfinished';
    }
    const quote = text.charAt(quoteAt);
    const isAttribute =
      nameAt > at &&
      equalsAt > nameAt &&
      text.charAt(equalsAt) === '=' &&
      (quote === '"' || quote === "'");
    if (!isAttribute) {
      return 'malformed';
    }
    const end = text.indexOf(quote, quoteAt + 1);
    if (end === -1) {
      return 'unfinished';
    }
    // An HTML parser takes `viewbox` for `viewBox`, so files copied out of pages have it.
    const name = text.slice(nameAt, equalsAt).trim().toLowerCase();
    attributes.set(name, text.slice(quoteAt + 1, end));
    at = end + 1;
  }
}

function matchLength(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex - at : 0;
}

/** The size by the rules of SVG 2, section 8.2, for a picture on its own. */
function fromAttributes(attributes: Attributes): ProbeResult {
  const width = readLength(attributes.get('width'));
  const height = readLength(attributes.get('height'));
  const box = readViewBox(attributes.get('viewbox'));
  if (!box && (width === undefined) !== (height === undefined)) {
    const other = width === undefined ? 'width' : 'height';
    // A share of nothing is no size either, but says that the default is meant.
    if (!attributes.has(other)) {
      return damaged(`no ${other}, and no viewBox to tell it`);
    }
  }
  const size = box
    ? {
        width: width ?? (height === undefined ? box.width : (height * box.width) / box.height),
        height: height ?? (width === undefined ? box.height : (width * box.height) / box.width),
      }
    : { width: width ?? DEFAULT_SIZE.width, height: height ?? DEFAULT_SIZE.height };
  if (!isSensible(size)) {
    return damaged(`size ${size.width}x${size.height}`);
  }
  return {
    kind: 'header',
    header: {
      format: 'svg',
      size: { width: wholePixels(size.width), height: wholePixels(size.height) },
      orientation: 1,
      colourSpace: 'rgb',
      lossy: false,
      progressive: false,
      frames: 1,
      alpha: true,
      bitDepth: 8,
    },
  };
}

function isSensible({ width, height }: Size): boolean {
  return width > 0 && height > 0 && width <= LONGEST_EDGE && height <= LONGEST_EDGE;
}

function wholePixels(length: number): number {
  return Math.max(1, Math.round(length));
}

/** Pixels of a unit (CSS Values 4, section 6.2), with text of 16 pixels. */
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  px: 1,
  in: 96,
  cm: 96 / 2.54,
  mm: 96 / 25.4,
  q: 96 / 101.6,
  pt: 96 / 72,
  pc: 16,
  em: 16,
  rem: 16,
  ex: 8,
  ch: 8,
};

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?/i;
/** Longer numbers are not read: no edge needs them. */
const LONGEST_NUMBER = 64;

/** A length in pixels; `undefined` when there is none, or one that depends on a surrounding page. */
function readLength(value: string | undefined): number | undefined {
  const text = value?.trim() ?? '';
  const number = text.length <= LONGEST_NUMBER ? NUMBER.exec(text)?.[0] : undefined;
  if (number === undefined) {
    return undefined;
  }
  const unit = UNITS[text.slice(number.length).trim().toLowerCase()];
  const length = Number(number) * (unit ?? Number.NaN);
  // Negative lengths are an error in SVG 1.1 and mean "not given" in SVG 2.
  return length >= 0 ? length : undefined;
}

function readViewBox(value: string | undefined): Size | undefined {
  const parts = value === undefined || value.length > 4 * LONGEST_NUMBER ? [] : numbersOf(value);
  const [, , width = 0, height = 0] = parts;
  return parts.length === 4 && isSensible({ width, height }) ? { width, height } : undefined;
}

function numbersOf(value: string): number[] {
  return value
    .trim()
    .split(/\s*,\s*|\s+/)
    .map((part) => (NUMBER.exec(part)?.[0] === part ? Number(part) : Number.NaN));
}

function damaged(detail: string): ProbeResult {
  return probeFailed({ kind: 'imageDamaged', format: 'SVG', detail });
}
