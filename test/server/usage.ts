import type { ReceivedImage } from './inspectImages.ts';
import type { Prompt, PromptPart } from './promptCache.ts';
import type { Block, MessageRequest } from './request.ts';

const tokensPerMessage = 4;
const bytesPerToken = 4;

/** Tokens of a text, by the rough rule of four UTF-8 bytes each. */
export function textTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}

/**
 * The prompt of a request, block by block: its visual tokens, its texts, and four for every message,
 * which count with its first block.
 */
export function promptOf(request: MessageRequest, images: readonly ReceivedImage[]): Prompt {
  const system = request.system.map(({ text, mark }): PromptPart => ({
    content: `system ${text}`,
    tokens: textTokens(text),
    mark,
  }));
  const messages = request.turns.flatMap(({ role, blocks }) =>
    blocks.map((block, index): PromptPart => ({
      content: `${role} ${contentOf(block)}`,
      tokens: tokensOf(block, images) + (index === 0 ? tokensPerMessage : 0),
      mark: block.kind === 'thinking' ? undefined : block.mark,
    })),
  );
  const parts = [...system, ...messages];
  // A request ends with a question, and so with a block that can be cached.
  const last = parts.length - 1;
  const { model, manner, mark: automatic } = request;
  return {
    scope: JSON.stringify([model.id, manner]),
    least: model.leastCacheable,
    parts: parts.map((part, index) =>
      index === last ? { ...part, mark: part.mark ?? automatic } : part,
    ),
  };
}

/** Input tokens of a request, wherever they come from. */
export function inputTokens(prompt: Prompt): number {
  return prompt.parts.reduce((sum, { tokens }) => sum + tokens, 0);
}

function tokensOf(block: Block, images: readonly ReceivedImage[]): number {
  switch (block.kind) {
    case 'text':
      return textTokens(block.text);
    case 'image':
      return images.find(({ path }) => path === block.path)?.tokens ?? 0;
    case 'thinking':
      return 0;
  }
}

/** Without its path: consecutive messages of one role are one to the API. */
function contentOf(block: Block): string {
  switch (block.kind) {
    case 'text':
      return JSON.stringify(block.text);
    case 'image':
      return JSON.stringify([block.source, block.refusesResize]);
    case 'thinking':
      return 'thinking';
  }
}
