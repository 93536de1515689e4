import type { ReadableFormat } from '../formats/formats.ts';

/**
 * The media types that the Messages API takes.
 * Source: Claude docs, "Vision", supported image formats.
 */
export const MEDIA_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const;

export type MediaType = (typeof MEDIA_TYPES)[number];

/** The media type in which a file of this format can go as it is; `undefined` when it cannot. */
export function mediaTypeOf(format: ReadableFormat): MediaType | undefined {
  return MEDIA_TYPES.find((mediaType) => mediaType === `image/${format}`);
}
