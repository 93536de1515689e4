import { endOfProlog } from '../../core/formats/xmlText.ts';
import { DecodeError } from '../decodeError.ts';
import { piecesOf } from './svgMarkup.ts';

const ENTITY = /<!ENTITY\s+([\w:.-]{1,100})\s+(?:"([^"]*)"|'([^']*)')\s*>/g;
const REFERENCE = /&([\w:.-]{1,100});/g;
/** Characters that entities may grow to: drawing programs use them for addresses of namespaces. */
const MOST_ENTITY_TEXT = 2 ** 20;
const DEEPEST_ENTITY = 10;

/**
 * The root element of an SVG and what follows it, the entities of its document type put in their
 * places: what is looked at is then what is drawn. Throws when they would grow beyond all sense: a
 * parser sees through nested ones, but takes minutes for a long one that is used often.
 */
export function withoutDoctype(svg: string): string {
  const rootAt = endOfProlog(svg);
  const body = svg.slice(rootAt);
  const values = new Map<string, string>();
  for (const [, name = '', double, single] of svg.slice(0, rootAt).matchAll(ENTITY)) {
    // The first declaration is the one that counts (XML 1.0, section 4.2).
    if (!values.has(name)) {
      values.set(name, double ?? single ?? '');
    }
  }
  if (values.size === 0) {
    return body;
  }
  let grown = 0;
  const expand = (text: string, depth: number, change: (value: string) => string): string =>
    text.replaceAll(REFERENCE, (whole, name: string) => {
      const value = values.get(name);
      if (value === undefined) {
        return whole;
      }
      // Before and after what is inside of it, so that no order of nesting gets past.
      grown += value.length + 1;
      if (grown > MOST_ENTITY_TEXT || depth > DEEPEST_ENTITY) {
        throw new DecodeError('entities grow too large', { truncated: false });
      }
      return change(expand(value, depth + 1, change));
    });
  let result = '';
  for (const { kind, text } of piecesOf(body)) {
    result +=
      kind === 'text'
        ? expand(text, 0, (value) => value)
        : kind === 'start'
          ? expand(text, 0, withinQuotes)
          : text;
  }
  return result;
}

/** A value that stands within an attribute must not end it. */
function withinQuotes(value: string): string {
  return value.replaceAll('"', '&quot;').replaceAll("'", '&apos;').replaceAll('<', '&lt;');
}
