import { colorWord } from './images.ts';
import { isLabel, type ReceivedImage } from './inspectImages.ts';
import type { MessageRequest, Turn } from './request.ts';

/**
 * The answer of a server that cannot see: Markdown that says so and reports what arrived. The same
 * request always gets the same words.
 */
export function honestAnswer(
  request: MessageRequest,
  images: readonly ReceivedImage[],
  inputTokens: number,
): string {
  const lastMessage = request.turns.length - 1;
  const fresh = images.filter((image) => image.message === lastMessage);
  const earlier = images.filter((image) => image.message !== lastMessage);
  const userTurns = request.turns.filter((turn) => turn.role === 'user').length;
  const paragraphs = [
    '## What the practice server received',
    'I am the **practice server**, not Claude. I cannot see: I only measure what arrives, so that everything around me can be tried without an API key.',
    [
      `- Model asked for: \`${request.modelId}\``,
      `- Turn of this conversation: ${userTurns}`,
      `- Images in this request: ${images.length}`,
      `- Input tokens: ${inputTokens}`,
    ].join('\n'),
    ...imageParagraphs(fresh, images),
    ...(earlier.length === 0
      ? []
      : [
          `I still have ${counted(earlier.length)} from this conversation: ${earlier.map((image) => nameOf(image, images)).join(', ')}.`,
        ]),
    ...questionParagraphs(request.turns.at(-1)),
    'A real description needs a real model: set an API key, and Claude will answer in my place.',
  ];
  return paragraphs.join('\n\n');
}

function imageParagraphs(
  fresh: readonly ReceivedImage[],
  all: readonly ReceivedImage[],
): readonly string[] {
  if (fresh.length === 0) return ['No new image came with this message.'];
  const rows = fresh.map((image) => `| ${cellsOf(image, all).join(' | ')} |`);
  const table = [
    '| Image | Format | Size | Tokens | Mean colour |',
    '| --- | --- | --- | ---: | --- |',
    ...rows,
  ];
  return [`This message brought ${counted(fresh.length)}:`, table.join('\n')];
}

const origins: Readonly<Record<ReceivedImage['source'], string>> = {
  base64: '',
  url: ', from its address',
  file: ', as uploaded before',
};

function cellsOf(image: ReceivedImage, all: readonly ReceivedImage[]): readonly string[] {
  const name = nameOf(image, all);
  const kind = image.mediaType.slice('image/'.length).toUpperCase();
  const format = `${kind}${origins[image.source]}`;
  const color = `\`${image.meanColor}\` (${colorWord(image.meanColor)})`;
  return [name, format, `${image.width} x ${image.height}`, String(image.tokens), color];
}

function nameOf(image: ReceivedImage, all: readonly ReceivedImage[]): string {
  return image.label === null ? `Image ${all.indexOf(image) + 1}` : escaped(image.label);
}

// A file name can hold what Markdown reads as markup, or what would end a table cell.
function escaped(label: string): string {
  return label.replaceAll(/\s+/gu, ' ').replaceAll(/[\\`*[\]<>|~]/gu, String.raw`\$&`);
}

function questionParagraphs(turn: Turn | undefined): readonly string[] {
  const blocks = turn?.blocks ?? [];
  const asked = blocks.flatMap((block, index) => {
    if (block.kind !== 'text') return [];
    const isOfImage = isLabel(block.text) && blocks[index + 1]?.kind === 'image';
    return isOfImage ? [] : [block.text];
  });
  if (asked.length === 0) return ['No question came with it.'];
  const quoted = asked
    .join('\n\n')
    .split('\n')
    .map((line) => `> ${line}`);
  return ['Your question was:', quoted.join('\n')];
}

function counted(images: number): string {
  return images === 1 ? '1 image' : `${images} images`;
}
