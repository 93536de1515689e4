import MarkdownIt from 'markdown-it';

/** Block structure is all that is wanted of the parser. HTML counts as text, as it does in the result. */
const markdown = new MarkdownIt({ html: false });
markdown.core.ruler.enableOnly(['normalize', 'block']);

/** What is loaded or run when Markdown is shown: an image's beginning, and that of a tag or comment. */
const ACTIVE = /!\[|<[a-z/!?]/i;
const SAFE_AUTOLINK = /<(?:https?:\/\/|mailto:)[^\s<>`$|]*>/iy;
/** An inline link's address without a sign that could begin something else. */
const PLAIN_ADDRESS = /\]\([^\s()<>`$|]*\)/y;

/**
 * Markdown that nobody vouches for, as it can be shown anywhere without loading anything: images
 * become links, since an address can carry data out, and HTML becomes text. Code stays as it is,
 * unless what is around it leaves in doubt whether every reader takes it for code.
 */
export function inertMarkdown(source: string): string {
  // Without its indentation it cannot go on a list that stands before it.
  const lines = source.trimStart().split(/\r\n?|\n/);
  const { code, tables } = outline(lines);
  const scanner = new Scanner();
  return lines
    .map((line, index) => (code.has(index) ? line : scanner.inert(line, tables.has(index))))
    .join('\n');
}

interface Outline {
  /** 0-based lines. */
  readonly code: ReadonlySet<number>;
  readonly tables: ReadonlySet<number>;
}

function outline(lines: readonly string[]): Outline {
  const code = new Set<number>();
  const tables = new Set<number>();
  for (const { type, map } of markdown.parse(lines.join('\n'), {})) {
    const [from, to] = map ?? [0, 0];
    if (type === 'table_open') {
      addRange(tables, from, to);
    } else if ((type === 'fence' || type === 'code_block') && !endsFormula(lines, from, to)) {
      addRange(code, from, to);
    }
  }
  return { code, tables };
}

function addRange(set: Set<number>, from: number, to: number): void {
  for (let line = from; line < to; line += 1) {
    set.add(line);
  }
}

/** Readers that know formulas see the code begin in one, and end with it. */
function endsFormula(lines: readonly string[], from: number, to: number): boolean {
  const marked = lines.flatMap((line, index) => (line.includes('$$') ? [index] : []));
  return marked.some((line) => line < from) && marked.some((line) => line >= from && line < to);
}

/** Goes through the lines of a document that are not blocks of code. */
class Scanner {
  #afterDollar = false;
  /** An address or title has begun that may take in backticks. */
  #inAddress = false;

  inert(line: string, isInTable: boolean): string {
    if (line.trim() === '') {
      this.#inAddress = false;
    }
    let result = '';
    for (let at = 0; at < line.length;) {
      const taken = this.#takeAsItIs(line, at, isInTable);
      if (taken > 0) {
        result += line.slice(at, at + taken);
        at += taken;
        continue;
      }
      const sign = line[at] ?? '';
      const bangs = /!+(?=\[)/y;
      bangs.lastIndex = at;
      const image = bangs.exec(line);
      if (image) {
        at += image[0].length;
        continue;
      }
      result += sign === '<' && /[a-z/!?]/i.test(line[at + 1] ?? '') ? '&lt;' : sign;
      this.#afterDollar ||= sign === '$';
      this.#inAddress ||= line.startsWith('](', at);
      at += 1;
    }
    return result;
  }

  /** The length of what stands here and is harmless as a whole. */
  #takeAsItIs(line: string, at: number, isInTable: boolean): number {
    if (line[at] === '\\' && at + 1 < line.length) {
      return /[!-/:-@[-`{-~]/.test(line[at + 1] ?? '') ? 2 : 1;
    }
    for (const pattern of [SAFE_AUTOLINK, PLAIN_ADDRESS]) {
      pattern.lastIndex = at;
      const found = pattern.exec(line);
      if (found) {
        return found[0].length;
      }
    }
    const fence = line[at] === '`' ? (/`+/y.exec(line.slice(at))?.[0] ?? '') : '';
    const end = fence === '' ? -1 : endOfCode(line, at + fence.length, fence.length);
    return end !== -1 && this.#isSurelyCode(line.slice(at + fence.length, end), isInTable)
      ? end + fence.length - at
      : fence.length;
  }

  /** What else could have begun before the backticks would have to end within them. */
  #isSurelyCode(code: string, isInTable: boolean): boolean {
    return (
      !ACTIVE.test(code) ||
      !(
        code.includes('`') ||
        (this.#afterDollar && code.includes('$')) ||
        (this.#inAddress && code.includes(')')) ||
        (isInTable && /(?<!(?<!\\)\\)\|/.test(code))
      )
    );
  }
}

/** Where as many backticks stand as opened the code, on the same line; -1 for nowhere. */
function endOfCode(line: string, from: number, count: number): number {
  for (const { index, 0: run } of line.slice(from).matchAll(/`+/g)) {
    if (run.length === count) {
      return from + index;
    }
  }
  return -1;
}
