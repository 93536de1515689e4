import type { AnswerStatus, AttachedImage, Conversation, Turn } from './conversation.ts';
import { oneLine } from './turnContent.ts';

/** The words around a conversation, in the reader's language. */
export interface ConversationTexts {
  readonly you: string;
  readonly claude: string;
  /** Names come as Markdown. */
  readonly image: (number: number, name: string) => string;
  readonly replacedImage: (number: number, name: string, replaced: string) => string;
  readonly removedImage: (number: number, name: string) => string;
  readonly leftOutImage: (number: number, name: string) => string;
  /** Of an image that went in overlapping parts, one of them, from 1. */
  readonly part: (words: string, part: number, count: number) => string;
  /** How an answer ended that is not whole, as a sentence. */
  readonly status: Readonly<Record<Exclude<AnswerStatus, 'complete'>, string>>;
}

/** How what is not the document's own gets into it. */
export interface ConversationSources {
  /** What was said, in a form that loads and runs nothing wherever the document is shown. */
  readonly inert: (markdown: string) => string;
  /** The paths of an image's files from where the document lies: of the whole, then of its parts. */
  readonly filesOf?: (image: AttachedImage) => readonly string[];
}

/**
 * A whole conversation as a Markdown document: what was said, images by number and name, and what
 * became of answers that are not whole. Empty for a conversation in which nothing was said. An image
 * of which there are files is shown.
 */
export function conversationMarkdown(
  { turns }: Conversation,
  texts: ConversationTexts,
  sources: ConversationSources,
): string {
  return turns.map((turn) => `${turnMarkdown(turn, texts, sources)}\n`).join('\n');
}

function turnMarkdown(turn: Turn, texts: ConversationTexts, sources: ConversationSources): string {
  const said = wholeBlocks(sources.inert(turn.text));
  const parts =
    turn.role === 'user'
      ? [
          `## ${texts.you}`,
          turn.images
            .map((image) => `- ${imageLine(image, texts, sources.filesOf?.(image) ?? [])}`)
            .join('\n'),
          said,
        ]
      : [
          `## ${texts.claude}`,
          said,
          turn.status === 'complete' ? '' : `*${texts.status[turn.status]}*`,
        ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function imageLine(
  image: AttachedImage,
  texts: ConversationTexts,
  files: readonly string[],
): string {
  const words = imageWords(image, texts);
  const shown = files.map((file, part) => {
    const alternative = part === 0 ? words : texts.part(words, part, files.length - 1);
    return `\n\n  ![${alternative}](<${pathAsAddress(file)}>)`;
  });
  return shown.length === 0 ? words : `${words}${shown.join('')}\n`;
}

/** A file name can hold what an address reads as a question or as a place within the file. */
function pathAsAddress(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function imageWords(image: AttachedImage, texts: ConversationTexts): string {
  const name = escaped(image.name);
  const number = image.number ?? 0;
  switch (image.state) {
    case 'removed':
      return texts.removedImage(number, name);
    case 'failed':
      return texts.leftOutImage(number, name);
    default:
      return image.replaces === undefined
        ? texts.image(number, name)
        : texts.replacedImage(number, name, escaped(image.replaces));
  }
}

/** A file name can hold what Markdown reads as markup, or a line break. */
function escaped(name: string): string {
  return oneLine(name).replace(/[\\`*_[\]<>|~&#]/g, String.raw`\$&`);
}

/** A text that was cut within a code block gets its end, or the block would take in what follows. */
function wholeBlocks(text: string): string {
  const trimmed = text.replace(/^\n+|\s+$/g, '');
  let open: string | undefined;
  for (const line of trimmed.split('\n')) {
    const [, fence = '', rest = ''] = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)$/.exec(line) ?? [];
    if (open === undefined) {
      open = fence || undefined;
    } else if (fence.startsWith(open) && rest.trim() === '') {
      open = undefined;
    }
  }
  return open === undefined ? trimmed : `${trimmed}\n${open}`;
}
