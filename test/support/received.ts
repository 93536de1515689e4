import assert from 'node:assert/strict';
import type { MessageCreateParams } from '@anthropic-ai/sdk/resources/messages';
import type { ReceivedImage } from '../server/inspectImages.ts';
import type { ReceivedRequest } from '../server/received.ts';

/** The images of a request as the practice server measured them. */
export function imagesOf(request: ReceivedRequest | undefined): readonly ReceivedImage[] {
  return request?.images ?? [];
}

/** The body of a request that the practice server took, and so found to be right. */
export function bodyOf(request: ReceivedRequest | undefined): MessageCreateParams {
  assert.ok(request);
  return request.body as MessageCreateParams;
}

/** The text of the last question of a request, without what introduces its images. */
export function textOf(request: ReceivedRequest | undefined): string {
  const content = bodyOf(request).messages.at(-1)?.content;
  const last = typeof content === 'string' ? content : content?.at(-1);
  return typeof last === 'string' ? last : last?.type === 'text' ? last.text : '';
}
