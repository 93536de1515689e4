import type { ServerResponse } from 'node:http';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { MessageStreamEvent } from '@anthropic-ai/sdk/resources/messages';
import { errorBody } from './failure.ts';
import type { BillEntry } from './bill.ts';
import {
  countedInput,
  emptyMessage,
  spentTokens,
  thinkingSummary,
  type Interruption,
  type MessageHead,
  type Play,
} from './play.ts';
import { signatureOf } from './signature.ts';

/**
 * Sends a play as server-sent events and ends the response; resolves with `cut` when the script wants
 * the connection broken instead. Rejects with the signal's reason as soon as the client is gone.
 */
export async function streamPlay(
  response: ServerResponse,
  head: MessageHead,
  play: Play,
  bill: BillEntry,
  gone: AbortSignal,
): Promise<'ended' | 'cut'> {
  const send = (event: string, data: object): Promise<void> =>
    written(response, `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`, gone);
  const sendEvents = async (events: readonly MessageStreamEvent[]): Promise<void> => {
    for (const event of events) await send(event.type, event);
  };
  await sendEvents([{ type: 'message_start', message: emptyMessage(head) }]);
  if (play.thinking) await sendEvents(thinkingEvents(head, play));
  const index = play.thinking ? 1 : 0;
  if (play.deltas.length > 0) {
    const content_block = { type: 'text', text: '', citations: null } as const;
    await sendEvents([{ type: 'content_block_start', index, content_block }]);
  }
  await send('ping', { type: 'ping' });
  const { interruption } = play;
  const turningPoint = Math.min(interruption?.afterDeltas ?? Infinity, play.deltas.length);
  // By the clock: timers and writes take longer than they should, and it would add up.
  let due = performance.now();
  for (let count = 0; count <= play.deltas.length; count += 1) {
    if (count === turningPoint && interruption !== undefined) {
      const end = await interrupted(interruption, response, send, gone);
      if (end !== 'resumed') return end;
      due = performance.now();
    }
    const text = play.deltas[count];
    if (text === undefined) break;
    const delta = { type: 'text_delta', text } as const;
    await sendEvents([{ type: 'content_block_delta', index, delta }]);
    due += play.delayMs;
    const wait = due - performance.now();
    await (wait <= 0
      ? setImmediate(undefined, { signal: gone })
      : setTimeout(wait, undefined, { signal: gone }));
  }
  if (play.deltas.length > 0) await sendEvents([{ type: 'content_block_stop', index }]);
  bill.ends(play.outputTokens);
  await sendEvents(lastEvents(head, play));
  response.end();
  return 'ended';
}

async function interrupted(
  interruption: Interruption,
  response: ServerResponse,
  send: (event: string, data: object) => Promise<void>,
  gone: AbortSignal,
): Promise<'resumed' | 'ended' | 'cut'> {
  switch (interruption.kind) {
    case 'hold':
      await orGone(interruption.gate?.opened, gone);
      return 'resumed';
    case 'error':
      await send('error', errorBody(interruption));
      break;
    case 'cut':
      if (!interruption.clean) return 'cut';
      break;
  }
  response.end();
  return 'ended';
}

function thinkingEvents(head: MessageHead, play: Play): readonly MessageStreamEvent[] {
  const block = { type: 'thinking', thinking: '', signature: '' } as const;
  const summary = { type: 'thinking_delta', thinking: thinkingSummary } as const;
  const signature = {
    type: 'signature_delta',
    signature: signatureOf(head.messageId),
  } as const;
  const shown = play.showsThinking
    ? [{ type: 'content_block_delta', index: 0, delta: summary } as const]
    : [];
  return [
    { type: 'content_block_start', index: 0, content_block: block },
    ...shown,
    { type: 'content_block_delta', index: 0, delta: signature },
    { type: 'content_block_stop', index: 0 },
  ];
}

function lastEvents(head: MessageHead, play: Play): readonly MessageStreamEvent[] {
  const usage = {
    ...countedInput(head),
    server_tool_use: null,
    ...spentTokens(play),
  };
  const delta = {
    stop_reason: play.stopReason,
    stop_sequence: null,
    stop_details: play.stopDetails,
    container: null,
  };
  return [{ type: 'message_delta', delta, usage }, { type: 'message_stop' }];
}

/** Settles when the socket took the text, which also keeps a slow reader from filling the memory. */
async function written(response: ServerResponse, text: string, gone: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  response.write(text, (error) => {
    if (error === null || error === undefined) resolve();
    else reject(error);
  });
  await orGone(promise, gone);
}

/** The promise's value, or a rejection as soon as the client is gone. */
export async function orGone<T>(promise: Promise<T> | undefined, gone: AbortSignal): Promise<void> {
  gone.throwIfAborted();
  const { promise: leave, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(gone.reason);
  gone.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([promise, leave]);
  } finally {
    gone.removeEventListener('abort', onAbort);
  }
}
