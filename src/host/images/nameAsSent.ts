import { EXTENSIONS, type MediaType } from '../../core/plan/mediaType.ts';

/** The file name with the extension of what is sent, so that it opens as that. */
export function nameAsSent(name: string, mediaType: MediaType): string {
  const dot = name.lastIndexOf('.');
  return `${dot > 0 ? name.slice(0, dot) : name}.${EXTENSIONS[mediaType]}`;
}
