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
