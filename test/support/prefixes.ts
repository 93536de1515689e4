import assert from 'node:assert/strict';
import type { ReceivedRequest } from '../server/received.ts';
import { bodyOf } from './received.ts';

/**
 * How many requests are not the one before with more at the end: the bytes of its messages, as they
 * came, and the same fields around them. Marks for the prompt cache at the top do not count.
 */
export function changedPrefixes(requests: readonly ReceivedRequest[]): number {
  return requests.filter((request, index) => {
    const before = requests[index - 1];
    return before !== undefined && !continues(before, request);
  }).length;
}

function continues(before: ReceivedRequest, after: ReceivedRequest): boolean {
  const open = messageBytes(before).slice(0, -1);
  return messageBytes(after).startsWith(`${open},`) && frameOf(before) === frameOf(after);
}

/** The list of messages, byte for byte. */
function messageBytes(request: ReceivedRequest): string {
  const list = JSON.stringify(bodyOf(request).messages);
  assert.ok(request.bytes.toString().includes(`"messages":${list}`), 'came in other bytes');
  return list;
}

function frameOf(request: ReceivedRequest): string {
  const { messages: _, cache_control: __, ...frame } = bodyOf(request);
  return JSON.stringify(frame);
}
