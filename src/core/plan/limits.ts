/** Limits of the Claude API on images, and of this extension on files. */

/** Whose servers a request goes to: their limits on bytes differ. */
export type Provider = 'anthropic' | 'bedrock' | 'vertex';

/** What a provider takes, in bytes. */
export interface ProviderLimits {
  /** Of one image, measured as its base64 text. */
  readonly imageBase64Bytes: number;
  /** Of the body of one request. */
  readonly requestBytes: number;
}

const MEGABYTE = 1024 * 1024;

/**
 * Source: Claude docs, "Vision" and "Errors": 10 MB an image on the Claude API (5 MB until 2026, and
 * still on Bedrock and Google Cloud); requests of 32 MB, on Bedrock 20, on Google Cloud 30.
 */
const PROVIDER_LIMITS: Readonly<Record<Provider, ProviderLimits>> = {
  anthropic: { imageBase64Bytes: 10 * MEGABYTE, requestBytes: 32 * MEGABYTE },
  bedrock: { imageBase64Bytes: 5 * MEGABYTE, requestBytes: 20 * MEGABYTE },
  vertex: { imageBase64Bytes: 5 * MEGABYTE, requestBytes: 30 * MEGABYTE },
};

export function limitsOf(provider: Provider): ProviderLimits {
  return PROVIDER_LIMITS[provider];
}

/** Longest edge in pixels (Claude docs, "Vision"). */
export const MAX_EDGE = 8000;
/** Longest edge in pixels when a request has more than `MANY_IMAGES` (Claude docs, "Vision"). */
export const MAX_EDGE_MANY_IMAGES = 2000;
/** Images in a request up to which `MAX_EDGE` holds; those of resent turns count. */
export const MANY_IMAGES = 20;

/** Edges shorter than this are read less reliably (Claude docs, "Vision"). */
export const SMALL_EDGE = 200;

/**
 * Largest file that is read at all, in bytes. A hundred megapixels, the most that is decoded, are
 * 25 to 60 MB as a photograph; what is larger is no picture for a chat, and reading it would cost
 * the extension host its memory.
 */
export const MAX_FILE_BYTES = 100 * MEGABYTE;

/**
 * Most pixels that are decoded, whatever the format. A few bytes of a file can claim any size, so
 * this is checked from the header.
 */
export const MAX_PIXELS = 100_000_000;

/**
 * Most chunks, segments or blocks of one file: a PNG of `MAX_FILE_BYTES` in pieces of a kilobyte has
 * fewer, and to walk through the millions of empty ones that fit into a file takes seconds.
 */
export const MAX_FILE_PARTS = 131_072;

/** Most pixels of a drawing that is drawn whole to be cut into tiles: a few seconds of work. */
export const MAX_DRAWN_PIXELS = 40_000_000;

/**
 * Most memory that decoding one picture may take, in bytes: what a machine with 8 GB can spare
 * beside an editor. A hundred megapixels of most formats keep within it.
 */
export const MAX_DECODE_MEMORY = 1536 * MEGABYTE;
