import type { MediaType } from '../../core/plan/mediaType.ts';

const EXTENSIONS: Readonly<Record<MediaType, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
};

/** The file name with the extension of what is sent, so that it opens as that. */
export function nameAsSent(name: string, mediaType: MediaType): string {
  const dot = name.lastIndexOf('.');
  return `${dot > 0 ? name.slice(0, dot) : name}.${EXTENSIONS[mediaType]}`;
}
