import MarkdownIt from 'markdown-it';
import type { Env, MarkdownIt as MarkdownParser, RendererRule, Token } from 'markdown-it';

/** What the blocks of one document share: the link definitions of earlier blocks. */
export type MarkdownEnvironment = Env;

/** Only whole addresses of these schemes become links; everything else stays text. */
const SAFE_ADDRESS = /^(?:https?:\/\/|mailto:)[^\s]/i;

/** The whole address is the title, whatever title the author wrote. */
const linkWithAddress: RendererRule = (tokens, index, options, _env, renderer) => {
  const token = tokens[index];
  token?.attrSet('title', String(token.attrGet('href') ?? ''));
  return renderer.renderToken(tokens, index, options);
};

/** The page's security policy forbids style attributes: the alignment becomes a class. */
const alignedCell: RendererRule = (tokens, index, options, _env, renderer) => {
  const token = tokens[index];
  const alignment = /text-align:(left|center|right)/.exec(String(token?.attrGet('style') ?? ''));
  if (token && alignment) {
    token.attrs = [['class', `align-${alignment[1] ?? 'left'}`]];
  }
  return renderer.renderToken(tokens, index, options);
};

/**
 * Levels of nesting from which on a line is text. The parser has a limit of its own, at 100, and
 * drops all that follows what is nested deeper.
 */
const DEEPEST = 60;

const markdown = createMarkdown();
const blockMarkdown = limitNesting(new MarkdownIt({ html: false }));
blockMarkdown.core.ruler.enableOnly(['normalize', 'block']);

/** A table's head is its first line and the line of dashes below it. */
export const TABLE_HEAD_LINES = 2;

/**
 * Characters of text that are rendered together at most: emphasis, links and the like are looked for
 * in all of them.
 */
export const LONGEST_TEXT = 6000;

/** What may be longer: code holds nothing to look for, lists and tables are cut between their parts. */
const LONGEST: Readonly<Record<string, number>> = {
  fence: Infinity,
  code_block: Infinity,
  bullet_list_open: 20_000,
  ordered_list_open: 20_000,
};

const HEAD_LINES: Readonly<Record<string, number>> = { fence: 1, table_open: TABLE_HEAD_LINES };
/** The nesting at which list items and table rows belong to a top-level block. */
const CUT_LEVELS: Readonly<Record<string, number>> = { list_item_open: 1, tr_open: 2 };

export function isSafeAddress(address: string): boolean {
  return SAFE_ADDRESS.test(address);
}

/**
 * HTML of Markdown that nobody vouches for. It holds no HTML of the author's, no images and no
 * style attributes, and still goes through the sanitiser before it reaches the page.
 */
export function renderMarkdown(source: string, environment: MarkdownEnvironment): string {
  return markdown.render(source, environment);
}

/** Where a block of Markdown begins, and where it can be cut without changing what it means. */
export interface BlockOutline {
  /** 0-based line. */
  readonly line: number;
  /** Lines at which its list items, table rows or lines of code begin, but the first. */
  readonly cuts: readonly number[];
  /** What the text after a cut must be preceded by to go on: a table's head, a code fence. */
  readonly headLines: number;
  /** Characters that it may have before it is cut anywhere. */
  readonly longest: number;
}

/** The top-level blocks of the Markdown, in order. */
export function outlineBlocks(source: string): readonly BlockOutline[] {
  const blocks: BlockOutline[] = [];
  let cuts: number[] = [];
  for (const { type, level, map } of blockMarkdown.parse(source, {})) {
    if (!map) {
      continue;
    }
    const [line, end] = map;
    if (level === 0) {
      cuts = type === 'fence' ? linesBetween(line + 2, end) : [];
      const longest = LONGEST[type] ?? LONGEST_TEXT;
      blocks.push({ line, cuts, headLines: HEAD_LINES[type] ?? 0, longest });
    } else if (CUT_LEVELS[type] === level && line > firstPart(blocks.at(-1))) {
      cuts.push(line);
    }
  }
  return blocks;
}

function firstPart(block: BlockOutline | undefined): number {
  return block ? block.line + block.headLines : 0;
}

function linesBetween(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}

/** Whether a link that began among the tokens has not ended there: links hold no links. */
function isInLink(before: readonly Token[]): boolean {
  return before.findLast(({ type }) => type.startsWith('link_'))?.type === 'link_open';
}

function limitNesting(instance: MarkdownParser): MarkdownParser {
  instance.block.ruler.before('table', 'tooDeep', (state, startLine, _endLine, silent) => {
    if (state.level < DEEPEST || silent) {
      return false;
    }
    state.line = startLine + 1;
    state.push('paragraph_open', 'p', 1).map = [startLine, state.line];
    const inline = state.push('inline', '', 0);
    inline.content = state.getLines(startLine, state.line, state.blkIndent, false).trim();
    inline.map = [startLine, state.line];
    inline.children = [];
    state.push('paragraph_close', 'p', -1);
    return true;
  });
  return instance;
}

function createMarkdown(): MarkdownParser {
  const instance = limitNesting(new MarkdownIt({ html: false, linkify: true }));
  // Bare words such as README.md are file names far more often than addresses.
  instance.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  instance.validateLink = isSafeAddress;
  const { rules } = instance.renderer;
  // Loading an image could carry data out with its address: it is a link, which the user opens.
  rules['image'] = (tokens, index, options, env, renderer) => {
    const { escapeHtml } = instance.utils;
    const token = tokens[index];
    const address = String(token?.attrGet('src') ?? '');
    const alternative = renderer.renderInlineAsText(token?.children ?? [], options, env);
    const text = escapeHtml(alternative === '' ? address : alternative);
    return isInLink(tokens.slice(0, index))
      ? text
      : `<a href="${escapeHtml(address)}" title="${escapeHtml(address)}">${text}</a>`;
  };
  rules['link_open'] = linkWithAddress;
  rules['th_open'] = alignedCell;
  rules['td_open'] = alignedCell;
  return instance;
}
