import { afterEach, beforeEach } from 'mocha';
import Anthropic, { APIError } from '@anthropic-ai/sdk';
import type { ImageBlockParam, MessageParam } from '@anthropic-ai/sdk/resources/messages';
import { Jimp } from 'jimp';
import { startPracticeServer, type PracticeServer } from '../../server/practiceServer.ts';

export interface Practice {
  readonly server: PracticeServer;
  /** Does not retry. */
  readonly client: Anthropic;
}

/** A server and a client for every test of a suite, gone after it. */
export function practice(): Practice {
  let server: PracticeServer | undefined;
  let client: Anthropic | undefined;
  beforeEach(async () => {
    server = await startPracticeServer();
    client = clientOf(server);
  });
  afterEach(async () => {
    await server?.close();
  });
  return {
    get server() {
      return defined(server);
    },
    get client() {
      return defined(client);
    },
  };
}

/** A client of the real SDK for that server. */
export function clientOf(server: PracticeServer, apiKey: string = server.apiKey): Anthropic {
  return new Anthropic({ baseURL: server.url, apiKey, maxRetries: 0 });
}

/** The value, which a hook or the line before has set. */
export function defined<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('not there yet');
  return value;
}

/** The API's error that a request ends in; throws when it ends well or in something else. */
export async function apiErrorOf(request: PromiseLike<unknown>): Promise<APIError> {
  try {
    await request;
  } catch (error) {
    if (error instanceof APIError) return error;
    throw error;
  }
  throw new Error('the request was answered');
}

export const model = 'claude-sonnet-5-5';

export function ask(...content: Exclude<MessageParam['content'], string>): {
  model: string;
  max_tokens: number;
  messages: MessageParam[];
} {
  return { model, max_tokens: 4096, messages: [{ role: 'user', content }] };
}

export function text(words: string): { type: 'text'; text: string } {
  return { type: 'text', text: words };
}

type Encoded = 'image/png' | 'image/jpeg' | 'image/gif';

/** A picture of one colour (`0xrrggbbaa`), as a file of that format. */
export function picture(
  width: number,
  height: number,
  color = 0xa03020ff,
  mediaType: Encoded = 'image/png',
): Promise<Buffer> {
  return new Jimp({ width, height, color }).getBuffer(mediaType);
}

export function imageBlock(
  data: Buffer | string,
  mediaType: Encoded | 'image/webp' = 'image/png',
): ImageBlockParam {
  const base64 = typeof data === 'string' ? data : data.toString('base64');
  return { type: 'image', source: { type: 'base64', media_type: mediaType, data: base64 } };
}
