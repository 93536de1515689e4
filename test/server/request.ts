import type { MediaType } from './imageHeader.ts';
import type { ModelFacts } from './models.ts';

/** A request that passed the strictness of the API, in the server's own terms. */
export interface MessageRequest {
  readonly model: ModelFacts;
  /** The id as it was sent: an alias is answered under its own name. */
  readonly modelId: string;
  /** Absent in a request that only counts tokens. */
  readonly maxTokens: number | undefined;
  readonly stream: boolean;
  readonly thinks: boolean;
  readonly showsThinking: boolean;
  readonly system: readonly string[];
  readonly turns: readonly Turn[];
}

export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly blocks: readonly Block[];
}

export type Block = TextBlock | ImageBlock | { readonly kind: 'thinking' };

export interface TextBlock {
  readonly kind: 'text';
  readonly text: string;
}

export interface ImageBlock {
  readonly kind: 'image';
  /** Such as `messages.0.content.1`, as errors name it. */
  readonly path: string;
  readonly source:
    | { readonly type: 'base64'; readonly mediaType: MediaType; readonly data: string }
    | { readonly type: 'url'; readonly url: string }
    | { readonly type: 'file'; readonly fileId: string };
  /** Whether an image that Claude would have to resize is to be refused. */
  readonly refusesResize: boolean;
}
