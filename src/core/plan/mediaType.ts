import type { ReadableFormat } from '../formats/formats.ts';

/**
 * The media types that the Messages API takes.
 * Source: Claude docs, "Vision", supported image formats.
 */
export const MEDIA_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const;

export type MediaType = (typeof MEDIA_TYPES)[number];

/** What a file of that media type ends in. */
export const EXTENSIONS: Readonly<Record<MediaType, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
};

/** The media type in which a file of this format can go as it is; `undefined` when it cannot. */
export function mediaTypeOf(format: ReadableFormat): MediaType | undefined {
  return MEDIA_TYPES.find((mediaType) => mediaType === `image/${format}`);
}
