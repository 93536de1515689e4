import { DecodeError } from '../decodeError.ts';

/** The markup of an SVG without document type and entities, taken apart in one pass. */

export interface Attribute {
  readonly name: string;
  /** As written, with references to characters. */
  readonly value: string;
}

export interface Element {
  readonly name: string;
  readonly attributes: readonly Attribute[];
  /** Elements, and text as written. */
  readonly children: readonly (Element | string)[];
}

/** The renderer's own stack takes a few times as many. */
const DEEPEST_ELEMENT = 256;
/** A few seconds of work for the renderer, and a quarter of a gigabyte. */
export const MOST_ELEMENTS = 250_000;

const NAME = /<([^\s/<>"'=&]{1,200})/y;
const ATTRIBUTE = /\s+([^\s=<>"'/]+)\s*=\s*("[^"<]*"|'[^'<]*')/y;
const TAG_REST = /\s*\/?$/y;
const UNQUOTED = /[^"'>]*/y;

export interface Piece {
  readonly kind: 'start' | 'end' | 'text' | 'cdata' | 'left out';
  readonly text: string;
}

/** Splits markup into tags and text. Throws on tags that do not end. */
export function* piecesOf(markup: string): Generator<Piece> {
  let at = 0;
  while (at < markup.length) {
    const from = at;
    if (markup.charAt(at) !== '<') {
      const next = markup.indexOf('<', at);
      at = next === -1 ? markup.length : next;
      yield { kind: 'text', text: markup.slice(from, at) };
    } else if (markup.startsWith('<!--', at)) {
      at = endOf(markup, '-->', at + 4);
      yield { kind: 'left out', text: '' };
    } else if (markup.startsWith('<?', at)) {
      at = endOf(markup, '?>', at + 2);
      yield { kind: 'left out', text: '' };
    } else if (markup.startsWith('<![CDATA[', at)) {
      at = endOf(markup, ']]>', at + 9);
      yield { kind: 'cdata', text: markup.slice(from, at) };
    } else {
      at = endOfTag(markup, at + 1);
      const kind = markup.charAt(from + 1) === '/' ? 'end' : 'start';
      yield { kind, text: markup.slice(from, at) };
    }
  }
}

function endOf(markup: string, mark: string, from: number): number {
  const at = markup.indexOf(mark, from);
  if (at === -1) {
    throw new DecodeError(`no ${mark}`, { truncated: true });
  }
  return at + mark.length;
}

function endOfTag(markup: string, from: number): number {
  let at = from;
  for (;;) {
    UNQUOTED.lastIndex = at;
    UNQUOTED.test(markup);
    at = UNQUOTED.lastIndex;
    const next = markup.charAt(at);
    if (next === '>' || next === '') {
      return endOf(markup, '>', at);
    }
    at = endOf(markup, next, at + 1);
  }
}

interface Open {
  readonly name: string;
  readonly children: (Element | string)[];
}

/** The root element. Throws on markup that is no XML, too deep, or of too many elements. */
export function parseMarkup(markup: string): Element {
  const top: Open = { name: '', children: [] };
  const open: Open[] = [top];
  let elements = 0;
  for (const { kind, text } of piecesOf(markup)) {
    const parent = open.at(-1) ?? top;
    if (kind === 'text' || kind === 'cdata') {
      parent.children.push(text);
    } else if (kind === 'end') {
      if (parent === top || text.slice(2, -1).trim() !== parent.name) {
        throw new DecodeError(`${text.slice(0, 80)} ends nothing`, { truncated: false });
      }
      open.pop();
    } else if (kind === 'start') {
      elements += 1;
      if (elements > MOST_ELEMENTS || open.length > DEEPEST_ELEMENT) {
        const detail =
          elements > MOST_ELEMENTS ? 'too many elements to be drawn' : 'nested too deeply';
        throw new DecodeError(detail, { truncated: false });
      }
      const { name, attributes, closed } = parseTag(text);
      const children: (Element | string)[] = [];
      parent.children.push({ name, attributes, children });
      if (!closed) {
        open.push({ name, children });
      }
    }
  }
  const root = top.children.find((child) => typeof child !== 'string');
  if (root === undefined || open.length > 1) {
    throw new DecodeError('the root element is never closed', { truncated: true });
  }
  return root;
}

function parseTag(tag: string): Omit<Element, 'children'> & { readonly closed: boolean } {
  NAME.lastIndex = 0;
  const name = NAME.exec(tag)?.[1] ?? '';
  const attributes: Attribute[] = [];
  let at = name.length + 1;
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const [whole, attribute = '', value = ''] = ATTRIBUTE.exec(tag) ?? [];
    if (whole === undefined) {
      break;
    }
    attributes.push({ name: attribute, value: value.slice(1, -1) });
    at += whole.length;
  }
  const rest = tag.slice(at, -1);
  TAG_REST.lastIndex = 0;
  if (name === '' || !TAG_REST.test(rest)) {
    throw new DecodeError(`malformed tag ${tag.slice(0, 80)}`, { truncated: false });
  }
  return { name, attributes, closed: rest.endsWith('/') };
}

export interface Rewrite {
  /** The new value of an attribute, still with references; `undefined` leaves it out. */
  readonly attribute: (element: Element, attribute: Attribute) => string | undefined;
  /** The new text of an element. */
  readonly text: (element: Element, text: string) => string;
}

/** The markup of an element, its attributes and texts rewritten. */
export function rewriteMarkup(element: Element, rewrite: Rewrite): string {
  const parts: string[] = [];
  const write = (one: Element): void => {
    parts.push('<', one.name);
    for (const attribute of one.attributes) {
      const value = rewrite.attribute(one, attribute);
      if (value !== undefined) {
        parts.push(' ', attribute.name, '="', value.replaceAll('"', '&quot;'), '"');
      }
    }
    parts.push('>');
    for (const child of one.children) {
      if (typeof child === 'string') {
        parts.push(rewrite.text(one, child));
      } else {
        write(child);
      }
    }
    parts.push('</', one.name, '>');
  };
  write(element);
  return parts.join('');
}

/** A name without the prefix of its namespace. */
export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

export function attributeOf(element: Element, name: string): string | undefined {
  return element.attributes.find((attribute) => attribute.name === name)?.value;
}

const CHARACTER = /&(?:#0*(\d{1,7})|#x0*([\da-f]{1,6})|(lt|gt|quot|apos|amp));/gi;
const NAMED: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  amp: '&',
};

/** Text with its references to characters resolved. */
export function withCharacters(text: string): string {
  return text.includes('&')
    ? text.replaceAll(
        CHARACTER,
        (whole: string, decimal?: string, hexadecimal?: string, name?: string) => {
          const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : +decimal;
          return name === undefined
            ? code <= 0x10_ff_ff
              ? String.fromCodePoint(code)
              : whole
            : (NAMED[name] ?? whole);
        },
      )
    : text;
}
