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
  /** How an answer ended that is not whole, as a sentence. */
  readonly status: Readonly<Record<Exclude<AnswerStatus, 'complete'>, string>>;
}

/** The address of an image's file, from where the document lies. */
export type LinkOf = (image: AttachedImage) => string | undefined;

/**
 * A whole conversation as a Markdown document: what was said as it is, images by number and name,
 * and what became of answers that are not whole. Empty for a conversation in which nothing was said.
 * An image of which `linkOf` knows a file is shown.
 */
export function conversationMarkdown(
  { turns }: Conversation,
  texts: ConversationTexts,
  linkOf: LinkOf = () => undefined,
): string {
  return turns.map((turn) => `${turnMarkdown(turn, texts, linkOf)}\n`).join('\n');
}

function turnMarkdown(turn: Turn, texts: ConversationTexts, linkOf: LinkOf): string {
  const parts =
    turn.role === 'user'
      ? [
          `## ${texts.you}`,
          turn.images.map((image) => `- ${imageLine(image, texts, linkOf(image))}`).join('\n'),
          wholeBlocks(turn.text),
        ]
      : [
          `## ${texts.claude}`,
          wholeBlocks(turn.text),
          turn.status === 'complete' ? '' : `*${texts.status[turn.status]}*`,
        ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function imageLine(
  image: AttachedImage,
  texts: ConversationTexts,
  link: string | undefined,
): string {
  const words = imageWords(image, texts);
  // In angle brackets, since names hold spaces and parentheses.
  return link === undefined
    ? words
    : `${words}\n\n  ![${words}](<${link.replace(/[<>\\]/g, encodeURIComponent)}>)\n`;
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
