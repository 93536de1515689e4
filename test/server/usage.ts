import type { ReceivedImage } from './inspectImages.ts';
import type { MessageRequest } from './request.ts';

const tokensPerMessage = 4;
const bytesPerToken = 4;

/** Tokens of a text, by the rough rule of four UTF-8 bytes each. */
export function textTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}

/** Input tokens of a request: its visual tokens, its texts, and four for every message. */
export function inputTokens(request: MessageRequest, images: readonly ReceivedImage[]): number {
  const texts = request.turns.flatMap((turn) =>
    turn.blocks.flatMap((block) => (block.kind === 'text' ? [block.text] : [])),
  );
  const visual = images.reduce((sum, image) => sum + image.tokens, 0);
  const written = [...request.system, ...texts].reduce((sum, text) => sum + textTokens(text), 0);
  return visual + written + request.turns.length * tokensPerMessage;
}
