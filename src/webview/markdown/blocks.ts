import { LONGEST_TEXT, outlineBlocks, TABLE_HEAD_LINES } from './renderer.ts';

/** A piece of Markdown that is rendered on its own. */
export interface Block {
  readonly source: string;
  /** Whether its first list, table or code goes on with that of the piece before. */
  readonly continues: boolean;
}

/** Markdown that still grows, cut where later text can no longer change what it means. */
export interface BlockUpdate {
  /** Whether the text is not a continuation of the last one, so that all blocks were dropped. */
  readonly restarted: boolean;
  /** Blocks that became final with this update, in order. */
  readonly finished: readonly Block[];
  /** Everything after the last final block. */
  readonly open: Block;
}

/** Items, rows or lines of a list, table or code that are rendered together at most. */
const MOST_PARTS = 24;

/** And their characters, from which on a piece ends with the item, row or line that it has come to. */
const ENOUGH = 4000;

/** Pieces of one table. Browsers lay out a table as a whole: a longer one begins anew, with head. */
const MOST_TABLE_PIECES = 8;

/**
 * Cuts growing Markdown into top-level blocks, and long blocks into pieces. A block is final once a
 * later one begins on a line that is itself complete; only the text after the last final piece is
 * looked at again, so the work of an update does not grow with the length of the answer.
 */
export class BlockSplitter {
  #source = '';
  #openFrom = 0;
  /** Lines repeated before the open text: the head of its table, the fence of its code. */
  #head = '';
  #continues = false;
  /** Pieces that the open block has had. */
  #pieces = 0;

  /** Takes the whole text so far. */
  update(text: string): BlockUpdate {
    const source = text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
    const restarted = !source.startsWith(this.#source);
    if (restarted) {
      this.#openFrom = 0;
      this.#beginBlock();
    }
    this.#source = source;
    const finished = [...this.#takeFinished(), ...this.#takeLongText()];
    const open = this.#head + source.slice(this.#openFrom);
    return { restarted, finished, open: { source: open, continues: this.#continues } };
  }

  #takeFinished(): Block[] {
    const lastLineEnd = this.#source.lastIndexOf('\n') + 1;
    const complete = this.#head + this.#source.slice(this.#openFrom, lastLineEnd);
    const outlines = outlineBlocks(complete);
    const offsets = lineOffsets(complete);
    const offsetOf = (line: number): number => offsets[line] ?? complete.length;
    const finished: Block[] = [];
    let from = this.#head.length;
    const finishUpTo = (to: number): void => {
      const source = this.#head + complete.slice(from, to);
      finished.push({ source, continues: this.#continues });
      this.#openFrom += to - from;
      from = to;
    };

    for (const [index, { line, cuts, headLines, longest }] of outlines.entries()) {
      const head = complete.slice(offsetOf(line), offsetOf(line + headLines));
      let parts = 1;
      for (const cut of head.length > longest ? [] : cuts) {
        parts += 1;
        if (parts > MOST_PARTS || offsetOf(cut) - from > ENOUGH) {
          finishUpTo(offsetOf(cut));
          this.#continueBlock(head, headLines);
          parts = 1;
        }
      }
      const next = outlines[index + 1];
      if (next) {
        const end = offsetOf(next.line);
        let rest = complete.slice(from, end);
        while (rest.length > longest) {
          const place = placeToCut(rest.slice(0, longest));
          finishUpTo(from + place);
          this.#beginBlock();
          rest = rest.slice(place);
        }
        finishUpTo(end);
        this.#beginBlock();
      }
    }
    return finished;
  }

  /** Cuts text that is longer than anybody writes at once, wherever it can be. */
  #takeLongText(): Block[] {
    const finished: Block[] = [];
    for (;;) {
      const rest = this.#source.slice(this.#openFrom);
      if (rest.length > LONGEST_TEXT && rest.trim() === '') {
        this.#openFrom = this.#source.length;
        return finished;
      }
      const [outline] = rest.length > LONGEST_TEXT ? outlineBlocks(this.#head + rest) : [];
      if (!outline || rest.length <= outline.longest) {
        return finished;
      }
      const end = placeToCut(rest.slice(0, outline.longest));
      finished.push({ source: this.#head + rest.slice(0, end), continues: this.#continues });
      this.#openFrom += end;
      this.#beginBlock();
    }
  }

  #beginBlock(): void {
    this.#head = '';
    this.#continues = false;
    this.#pieces = 0;
  }

  #continueBlock(head: string, headLines: number): void {
    this.#head = head;
    this.#pieces += 1;
    this.#continues = headLines !== TABLE_HEAD_LINES || this.#pieces % MOST_TABLE_PIECES !== 0;
  }
}

/** After the last line, else the last word, else where no character is torn apart. */
function placeToCut(text: string): number {
  const place = text.lastIndexOf('\n') + 1 || text.lastIndexOf(' ') + 1 || text.length;
  return text.length > 1 && isHighSurrogate(text.charCodeAt(place - 1)) ? place - 1 : place;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd8_00 && code <= 0xdb_ff;
}

/** Where each line begins. */
function lineOffsets(text: string): readonly number[] {
  const offsets = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    offsets.push(at + 1);
  }
  return offsets;
}
