import { hasText } from '../bytes.ts';

/** Text of XML files, as far as telling an SVG and reading its root element takes. */

const PIECE = 8192;

/**
 * The text of the first `limit` bytes: UTF-16 by its byte order mark or the zeros beside the first
 * character, else one character a byte, which is right for all of XML's own syntax in UTF-8.
 * `undefined` for binary data.
 */
export function decodeXmlText(bytes: Uint8Array, limit: number): string | undefined {
  const head = bytes.subarray(0, limit);
  const wide = utf16Order(head);
  const start = wide ? wide.start : hasText(head, 0, '\xef\xbb\xbf') ? 3 : 0;
  let text = '';
  for (let at = start; at < head.length; at += PIECE) {
    const piece = head.subarray(at, at + PIECE);
    text += wide ? utf16Text(piece, wide.littleEndian) : String.fromCharCode(...piece);
  }
  // oxlint-disable-next-line no-control-regex -- control characters are what tells binary data
  return text.length === 0 || /[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text) ? undefined : text;
}

function utf16Order(
  bytes: Uint8Array,
): { readonly littleEndian: boolean; readonly start: number } | undefined {
  if (hasText(bytes, 0, '\xff\xfe') || hasText(bytes, 0, '\xfe\xff')) {
    return { littleEndian: bytes[0] === 0xff, start: 2 };
  }
  if (hasText(bytes, 0, '<\0') || hasText(bytes, 0, '\0<')) {
    return { littleEndian: bytes[0] !== 0, start: 0 };
  }
  return undefined;
}

function utf16Text(piece: Uint8Array, littleEndian: boolean): string {
  const units: number[] = [];
  for (let at = 0; at + 1 < piece.length; at += 2) {
    const [first = 0, second = 0] = piece.subarray(at, at + 2);
    units.push(littleEndian ? first | (second << 8) : (first << 8) | second);
  }
  return String.fromCharCode(...units);
}

/**
 * Where the root element begins: behind white space, declaration, comments, processing
 * instructions and document type. The length of the text when it ends before.
 */
export function endOfProlog(text: string): number {
  let at = 0;
  for (;;) {
    at = skipWhiteSpace(text, at);
    const end = text.startsWith('<?', at)
      ? endOf(text, '?>', at)
      : text.startsWith('<!--', at)
        ? endOf(text, '-->', at + 4)
        : /^<!doctype\s+(?!html)/i.test(text.slice(at, at + 200))
          ? endOfDoctype(text, at)
          : undefined;
    if (end === undefined) {
      return at;
    }
    at = end;
  }
}

export function skipWhiteSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n\f'.includes(text.charAt(at))) {
    at += 1;
  }
  return at;
}

function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at === -1 ? text.length : at + mark.length;
}

/** A document type ends at a `>` outside of quotes, of comments and of its own subset. */
function endOfDoctype(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const character = text.charAt(at);
    if (text.startsWith('<!--', at)) {
      at = endOf(text, '-->', at + 4);
    } else if (character === '"' || character === "'") {
      at = endOf(text, character, at + 1);
    } else {
      at += 1;
      depth += character === '<' ? 1 : character === '>' ? -1 : 0;
      if (depth === 0) {
        return at;
      }
    }
  }
  return at;
}
