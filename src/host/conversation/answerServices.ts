import type { LogOutputChannel } from 'vscode';
import type { ClaudeApi } from '../../claude/claudeApi.ts';
import type { Conversation } from '../../core/conversation/conversation.ts';
import type { ConversationEvent } from '../../core/conversation/conversationEvent.ts';
import type { RequestFailure } from '../../core/failure.ts';
import type { Result } from '../../core/result.ts';
import type { ApiKeys } from '../apiKeys.ts';
import type { BlobStore } from './blobStore.ts';
import type { CacheRefusals } from './cacheRefusals.ts';
import type { RequestImages } from './requestImages.ts';

/** What an answer needs of the extension. */
export interface AnswerServices {
  readonly keys: Pick<ApiKeys, 'getOrAsk'>;
  readonly blobs: BlobStore;
  /** How images get into requests. */
  readonly requestImages: RequestImages;
  readonly log: LogOutputChannel;
  readonly cacheRefusals: CacheRefusals;
  /** The API for a key, at the server of the settings. */
  readonly connect: (apiKey: string) => Promise<Result<ClaudeApi, RequestFailure>>;
  /** Whether the server at a base URL fetches images itself; a test's own may say so of another. */
  readonly fetchesImages?: (baseUrl: string) => boolean;
}

/** The conversation that an answer belongs to. */
export interface AnsweredConversation {
  readonly state: () => Conversation;
  readonly emit: (event: ConversationEvent) => void;
  /** Settles when no image that was sent is being prepared. */
  readonly imagesReady: () => Promise<void>;
  /**
   * Prepares the images that were sent by their address as bytes, from what was fetched of them here.
   * False when there are none. Settles when all are ready or have failed. Never rejects.
   */
  readonly sendBytesInstead: () => Promise<boolean>;
  /**
   * Prepares sent images again that have longer edges than that, in pixels. Settles as
   * `sendBytesInstead`.
   */
  readonly shortenImages: (maxEdge: number) => Promise<boolean>;
}
