import type { Size } from '../../core/formats/imageHeader.ts';
import { endOfProlog } from '../../core/formats/xmlText.ts';
import { DecodeError } from '../decodeError.ts';

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

/** Whether there may be text to draw, here or in a drawing that is embedded. */
export function hasText(svg: string): boolean {
  return /<(?:\w{1,60}:)?text[\s>]|data:image\/svg/i.test(svg);
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
