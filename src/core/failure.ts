import type { StoredConversation } from './conversation/storedConversation.ts';

/**
 * Everything that can go wrong, as data. A failure says what happened and carries the figures;
 * it is worded for people, and localised, only in the host.
 */

/** An image that cannot be sent, and why. */
export type ImageFailure =
  | { readonly kind: 'fileNotFound' }
  | { readonly kind: 'fileIsFolder' }
  /** What was sent is gone, and the file it was made from holds something else by now. */
  | { readonly kind: 'fileChanged' }
  /** `code` is the file system's, such as `NoPermissions`. */
  | { readonly kind: 'fileUnreadable'; readonly code: string; readonly detail: string }
  | { readonly kind: 'fileEmpty' }
  /** `limit` and `bytes` are bytes of the file. */
  | { readonly kind: 'fileTooLarge'; readonly bytes: number; readonly limit: number }
  /** None of the known magic bytes; `looksLike` names what it is instead, where that is known. */
  | { readonly kind: 'notAnImage'; readonly looksLike?: 'text' | 'html' }
  | { readonly kind: 'formatUnsupported'; readonly format: string }
  /** The header, or what follows it, breaks the rules of the format. */
  | { readonly kind: 'imageDamaged'; readonly format: string; readonly detail: string }
  | { readonly kind: 'imageTruncated'; readonly format: string }
  | {
      readonly kind: 'tooManyPixels';
      readonly width: number;
      readonly height: number;
      readonly limitPixels: number;
    }
  /** No size and quality brought it under the limit; `limit` is bytes of base64. */
  | { readonly kind: 'cannotFit'; readonly limit: number }
  | { readonly kind: 'preparationTimedOut'; readonly seconds: number }
  | { readonly kind: 'preparationCrashed'; readonly detail: string }
  | DownloadFailure
  /** Bytes that the page was to hand over never came: it was closed, or the browser let go of them. */
  | { readonly kind: 'handoverFailed' };

/** An image that could not be fetched from its address. */
export type DownloadFailure =
  /** No address, not http(s), or one that carries a user name or password. */
  | { readonly kind: 'addressInvalid' }
  /**
   * The host is, or was redirected to, one of the user's own machine or network: nothing there is
   * fetched because a link said so.
   */
  | { readonly kind: 'addressForbidden'; readonly host: string; readonly redirected: boolean }
  /** No connection came about; `code` is the system's, such as `ENOTFOUND`. */
  | { readonly kind: 'addressUnreachable'; readonly host: string; readonly code?: string }
  | { readonly kind: 'downloadRefused'; readonly host: string; readonly status: number }
  | { readonly kind: 'downloadTimedOut'; readonly host: string; readonly seconds: number }
  | { readonly kind: 'tooManyRedirects'; readonly host: string }
  /** The server sent a page, as it does for a link to where an image is shown. */
  | { readonly kind: 'addressOfPage'; readonly host: string }
  /** More bytes than are read, as announced or as they came; `limit` is bytes. */
  | { readonly kind: 'downloadTooLarge'; readonly limit: number };

/** An image of a request, by its id in the conversation, its file name and the hash of its bytes. */
export interface RequestImage {
  readonly id: string;
  readonly name: string;
  readonly prepared?: { readonly sha256: string };
}

/** A request that holds more than may be, by the plan for it or by the server's word. */
export type ExcessFailure =
  /** Bytes of base64 of its images; absent when the server did not say. */
  | {
      readonly kind: 'requestTooLarge';
      readonly bytes?: number;
      readonly limit?: number;
      readonly requestId?: string;
    }
  | {
      readonly kind: 'tooManyImages';
      readonly count: number;
      readonly limit: number;
      readonly requestId?: string;
    }
  /** Tokens of the prompt; absent when the server did not say. */
  | {
      readonly kind: 'promptTooLong';
      readonly tokens?: number;
      readonly limit?: number;
      readonly requestId?: string;
    };

/** A request that did not bring a whole answer, and why. */
export type RequestFailure =
  | { readonly kind: 'keyMissing' }
  | { readonly kind: 'keyRejected'; readonly requestId?: string }
  | { readonly kind: 'permissionDenied'; readonly message: string; readonly requestId?: string }
  | { readonly kind: 'billing'; readonly message: string; readonly requestId?: string }
  | { readonly kind: 'modelNotFound'; readonly model: string; readonly requestId?: string }
  /** A 404 that is not about the model: most often a base URL that is not a Messages API. */
  | { readonly kind: 'endpointNotFound'; readonly requestId?: string }
  | ExcessFailure
  | { readonly kind: 'requestInvalid'; readonly message: string; readonly requestId?: string }
  /** The server no longer has files that the request refers to: deleted, expired, or of another key. */
  | {
      readonly kind: 'filesGone';
      readonly fileIds: readonly string[];
      readonly requestId?: string;
    }
  /** The API refused images by their place in the request. */
  | {
      readonly kind: 'imagesRejected';
      readonly images: readonly RequestImage[];
      readonly message: string;
      /** Pixels that an edge may have at most, where that is why. */
      readonly maxEdge?: number;
      readonly requestId?: string;
    }
  /** The API refused an image and does not say which of these. */
  | {
      readonly kind: 'someImageRejected';
      readonly images: readonly RequestImage[];
      readonly message: string;
      readonly requestId?: string;
    }
  | {
      readonly kind: 'rateLimited';
      readonly retryAfterSeconds?: number;
      readonly requestId?: string;
    }
  | { readonly kind: 'spendLimit'; readonly message: string; readonly requestId?: string }
  | {
      readonly kind: 'overloaded';
      readonly retryAfterSeconds?: number;
      readonly requestId?: string;
    }
  | {
      readonly kind: 'serverError';
      readonly status?: number;
      readonly retryAfterSeconds?: number;
      readonly requestId?: string;
    }
  /** No connection came about; `code` is the system's, such as `ECONNREFUSED`. */
  | { readonly kind: 'unreachable'; readonly host: string; readonly code?: string }
  | { readonly kind: 'timedOut'; readonly host: string }
  /** The connection ended before the answer did. */
  | { readonly kind: 'streamCut'; readonly requestId?: string }
  /** The configured base URL is no http(s) address, or carries credentials. */
  | { readonly kind: 'baseUrlInvalid' }
  /** `detail` names the kind of error and nothing of its content, which may hold a secret. */
  | { readonly kind: 'unexpected'; readonly detail: string };

/** What was asked of the files that the server keeps did not come about, and why. */
export type FilesFailure =
  | RequestFailure
  /** The server has no such endpoint, as many that speak the Messages API. */
  | { readonly kind: 'filesUnsupported' }
  /** The organization's storage is used up. */
  | { readonly kind: 'storageFull'; readonly requestId?: string }
  /** Called off by the signal that was given. */
  | { readonly kind: 'stopped' };

/** An answer that ended early by a decision of the API, not by a fault. */
export type AnswerCutoff =
  /** `anyText` is false when thinking used the whole budget. */
  | { readonly kind: 'maxTokens'; readonly limit: number; readonly anyText: boolean }
  | { readonly kind: 'contextWindowExceeded' }
  | { readonly kind: 'refused'; readonly category?: string; readonly explanation?: string }
  | { readonly kind: 'emptyAnswer' };

/** A conversation that could not be kept or read, by its id; `file` is where it lies. */
export type StorageFault =
  | { readonly kind: 'diskFull'; readonly file: string }
  /** `code` is the file system's, such as `EROFS`; nobody but the user can change that. */
  | { readonly kind: 'readOnly'; readonly file: string; readonly code: string }
  | { readonly kind: 'unwritable'; readonly file: string; readonly code: string }
  /** `setAside`: `file` is where it was moved to; otherwise it is still in its place. */
  | {
      readonly kind: 'damaged';
      readonly id: string;
      readonly file: string;
      readonly setAside: boolean;
      readonly detail: string;
    }
  /** Written by a later version of the extension. */
  | {
      readonly kind: 'newerVersion';
      readonly id: string;
      readonly file: string;
      readonly version: number;
    }
  | { readonly kind: 'notFound'; readonly id: string }
  /** Another window has it; `stored` is what that window wrote last, to open a copy of. */
  | { readonly kind: 'openElsewhere'; readonly id: string; readonly stored?: StoredConversation }
  | {
      readonly kind: 'unreadable';
      readonly id: string;
      readonly file: string;
      readonly code: string;
    };

export type Failure = ImageFailure | RequestFailure | AnswerCutoff;
