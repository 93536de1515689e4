import { EXTENSIONS, type MediaType } from '../../core/plan/mediaType.ts';

const PREFIX = 'vision-for-claude-';
const DIGITS = 12;
const FORM = new RegExp(`^${PREFIX}([0-9a-f]{${DIGITS}})\\.(?:jpg|png|gif|webp)$`);

/** The name of an image on the server: it tells nothing of the file that the image came from. */
export function uploadName(image: {
  readonly sha256: string;
  readonly mediaType: MediaType;
}): string {
  return `${PREFIX}${image.sha256.slice(0, DIGITS)}.${EXTENSIONS[image.mediaType]}`;
}

/** The first digits of the SHA-256 that such a name holds; nothing for a name of another kind. */
export function hashStartOf(name: string): string | undefined {
  return FORM.exec(name)?.[1];
}
