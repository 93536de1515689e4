/** A piece of growing text that can be read aloud, and where the next one begins. */
export interface Utterance {
  /** Plain text; empty when nothing is ready to be read. */
  readonly text: string;
  /** Offset in the source up to which it was read. */
  readonly end: number;
}

/** A sentence ends at a line break, or at closing punctuation that white space follows. */
const SENTENCE_END = /\n|[.!?:][)\]"'*_`]*(?=\s)|[。！？]/g;

/**
 * What can be read of growing Markdown from an offset on: whole sentences only, unless the text has
 * ended.
 */
export function nextUtterance(source: string, from: number, ended: boolean): Utterance {
  const end = ended ? source.length : lastSentenceEnd(source, from);
  return { text: speakable(source.slice(from, end)), end };
}

function lastSentenceEnd(source: string, from: number): number {
  let end = from;
  for (const match of source.slice(from).matchAll(SENTENCE_END)) {
    end = from + match.index + match[0].length;
  }
  return end;
}

/** Markdown without the signs that a listener has no use for. */
function speakable(markdown: string): string {
  return markdown
    .replaceAll(/^[ \t]*(?:```+|~~~+).*$/gm, '')
    .replaceAll(/!?\[([^\]\n]{0,200})\]\([^)\n]{0,2000}\)/g, '$1')
    .replaceAll(/^[ \t]*\|[\s:|-]+\|[ \t]*$/gm, '')
    .replaceAll(/^[ \t]*\|(.+)\|[ \t]*$/gm, (_row, cells: string) => rowAsSentence(cells))
    .replaceAll(/^[ \t]*(?:#{1,6}|>|[-*+]|-{3,})\s+/gm, '')
    .replaceAll(/\*\*|__|~~|`/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function rowAsSentence(cells: string): string {
  return `${cells.trim().replaceAll(/\s*\|\s*/g, ', ')}.`;
}
