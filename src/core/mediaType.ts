/**
 * The media types that the Messages API takes.
 * Source: Claude docs, "Vision", supported image formats.
 */
export const MEDIA_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const;

export type MediaType = (typeof MEDIA_TYPES)[number];
