import type { Size } from '../../core/imageHeader.ts';
import { MAX_PIXELS } from '../../core/limits.ts';
import { probe, PROBE_BYTES } from '../../core/probe.ts';
import { endOfProlog } from '../../core/xmlText.ts';
import { DecodeError } from '../decodeError.ts';
import { SHIPPED_FAMILIES } from './fonts.ts';

/** What is looked at in the text of an SVG before it is drawn. */

const ENCODING = /^<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']/;

/** The text of an SVG in the encoding that its byte order mark or its declaration names. */
export function svgText(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 256)).toString('latin1');
  const declared = ENCODING.exec(start)?.[1] ?? 'utf-8';
  const label = /^(?:\xff\xfe|<\0)/.test(start)
    ? 'utf-16le'
    : /^(?:\xfe\xff|\0<)/.test(start)
      ? 'utf-16be'
      : declared;
  try {
    return new TextDecoder(label).decode(bytes);
  } catch (cause) {
    throw new DecodeError(`text encoding ${label}`, { cause, truncated: false });
  }
}

/** Anything but a link: to follow one is for the reader. */
const EXTERNAL_PARTS: readonly RegExp[] = [
  /<(?!(?:\w{1,60}:)?a[\s>])[\w:.-]{1,60}\s[^<>]*?\bhref\s*=\s*["']\s*(?!#|data:|["'\s])/i,
  /\burl\(\s*(?:["']|&quot;|&apos;)?\s*(?!#|data:|["'\s)&])/i,
  /@import\b/i,
  /<\?xml-stylesheet\b/i,
  /<(?:\w{1,60}:)?(?:script|foreignObject)[\s/>]/i,
];

/** Whether a drawing refers to other files, holds pages of HTML, or draws by a script. */
export function hasExternalParts(svg: string): boolean {
  const text = withoutComments(svg);
  return EXTERNAL_PARTS.some((pattern) => pattern.test(text));
}

function withoutComments(svg: string): string {
  let text = '';
  let at = 0;
  while (at !== -1) {
    const start = svg.indexOf('<!--', at);
    text += svg.slice(at, start === -1 ? svg.length : start);
    const end = start === -1 ? -1 : svg.indexOf('-->', start + 4);
    at = end === -1 ? -1 : end + 3;
  }
  return text;
}

/** Whether there may be text to draw, here or in a drawing that is embedded. */
export function hasText(svg: string): boolean {
  return /<(?:\w{1,60}:)?text[\s>]|&lt;text|data:image\/svg/i.test(svg);
}

const FAMILY_ATTRIBUTE = /\bfont-family\s*=\s*(?:"[^"<>]*"|'[^'<>]*')/gi;
const FAMILY_PROPERTY = /\bfont(?:-family)?\s*:(?:[^;{}<>"']|"[^"'<>=]*"|'[^'"<>=]*')*/gi;

/** Puts families that ship in the place of generic ones: the renderer has but one for all of them. */
export function nameGenericFamilies(svg: string): string {
  return svg.replaceAll(FAMILY_ATTRIBUTE, nameFamilies).replaceAll(FAMILY_PROPERTY, nameFamilies);
}

function nameFamilies(families: string): string {
  return families
    .replaceAll(/(?<![\w-])(?:ui-)?monospace(?![\w-])/gi, SHIPPED_FAMILIES.monospace)
    .replaceAll(/(?<![\w-])(?:ui-)?serif(?![\w-])/gi, SHIPPED_FAMILIES.serif);
}

const ROOT = /<(?:\w{1,60}:)?svg(?=[\s/>])/iy;
const ATTRIBUTE = /\s+([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')/y;

const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/gi;

/**
 * Makes the root element say that a drawing whose header was read as `size` is to be as large as
 * `target`. The renderer has rules of its own for sizes that are left out, rounds where it scales,
 * and takes `viewbox`, as HTML has it, for nothing.
 */
export function withRootSize(svg: string, size: Size, target: Size): string {
  const start = endOfProlog(svg);
  ROOT.lastIndex = start;
  if (!ROOT.test(svg)) {
    throw new DecodeError('no root element', { truncated: false });
  }
  let root = `${svg.slice(start, ROOT.lastIndex)} width="${target.width}" height="${target.height}"`;
  let at = ROOT.lastIndex;
  let box = '';
  let aspect = '';
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const [whole, name = '', value = ''] = ATTRIBUTE.exec(svg) ?? [];
    if (whole === undefined) {
      break;
    }
    at += whole.length;
    const known = name.toLowerCase();
    if (known === 'viewbox') {
      box = isBox(value) ? ` viewBox=${value}` : box;
    } else if (known === 'preserveaspectratio') {
      aspect = ` preserveAspectRatio=${value}`;
    } else if (known !== 'width' && known !== 'height') {
      root += whole;
    }
  }
  const scaled = ` viewBox="0 0 ${size.width} ${size.height}" preserveAspectRatio="none"`;
  return svg.slice(0, start) + root + (box === '' ? scaled : box + aspect) + svg.slice(at);
}

function isBox(value: string): boolean {
  const [, , width = 0, height = 0, ...more] = (value.match(NUMBER) ?? []).map(Number);
  return width > 0 && height > 0 && more.length === 0;
}

/** The start of a picture, as far as its header may reach. */
const EMBEDDED = /data:image\/[\w.+-]{1,40};base64,\s*([\w+/\s]{16,87384})/g;

/** Throws when the pictures inside claim more pixels than a picture may have. */
export function checkEmbeddedPictures(svg: string): void {
  let pixels = 0;
  for (const [, base64 = ''] of svg.matchAll(EMBEDDED)) {
    const start = Buffer.from(base64, 'base64').subarray(0, PROBE_BYTES);
    const result = probe(start, start.length);
    pixels += result.kind === 'header' ? result.header.size.width * result.header.size.height : 0;
    if (pixels > MAX_PIXELS) {
      throw new DecodeError('pictures inside are too large', { truncated: false });
    }
  }
}

const ENTITY = /<!ENTITY\s+([\w:.-]{1,100})\s+(?:"([^"]*)"|'([^']*)')\s*>/g;
const REFERENCE = /&([\w:.-]{1,100});/g;
/** Characters that entities may grow to: drawing programs use them for addresses of namespaces. */
const MOST_ENTITY_TEXT = 2 ** 20;
const DEEPEST_ENTITY = 10;

/**
 * Throws when the entities of a document would grow beyond all sense. The parser sees through nested
 * ones, but takes minutes for a long one that is used often.
 */
export function checkEntities(svg: string): void {
  const values = new Map(
    [...svg.matchAll(ENTITY)].map(([, name = '', quoted, value]) => [name, quoted ?? value ?? '']),
  );
  if (values.size === 0) {
    return;
  }
  const lengths = new Map<string, number>();
  const grow = (text: string, depth: number): number => {
    let length = 0;
    for (const [, name = ''] of text.matchAll(REFERENCE)) {
      const value = values.get(name);
      if (length > MOST_ENTITY_TEXT || depth > DEEPEST_ENTITY) {
        throw new DecodeError('entities grow too large', { truncated: false });
      }
      if (value !== undefined) {
        const grown = lengths.get(name) ?? value.length + grow(value, depth + 1);
        lengths.set(name, grown);
        length += grown;
      }
    }
    return length;
  };
  grow(svg, 0);
}
