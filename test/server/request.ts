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
  /** How it thinks, and with what effort, as it was sent: another way has another prompt cache. */
  readonly manner: string;
  /** The automatic one, which is set on the last block. */
  readonly mark: CacheMark | undefined;
  readonly system: readonly TextBlock[];
  readonly turns: readonly Turn[];
}

export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly blocks: readonly Block[];
}

export type Block = TextBlock | ImageBlock | { readonly kind: 'thinking' };

/** A breakpoint of the prompt cache. */
export interface CacheMark {
  readonly ttl: '5m' | '1h';
}

export interface TextBlock {
  readonly kind: 'text';
  readonly text: string;
  readonly mark: CacheMark | undefined;
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
  readonly mark: CacheMark | undefined;
}
