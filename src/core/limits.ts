/** Limits of the Claude API on images, and of this extension on files. */

/**
 * Largest picture, measured as its base64 text.
 * Source: Claude docs, "Vision": 10 MB an image on the Claude API; 5 MB there until 2026.
 */
export const IMAGE_BASE64_LIMIT = 10 * 1024 * 1024;

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
export const MAX_FILE_BYTES = 100 * 1024 * 1024;

/**
 * Most pixels that are decoded. Four bytes each make 400 MB, and a few bytes of a file can claim
 * any size, so this is checked from the header.
 */
export const MAX_PIXELS = 100_000_000;
