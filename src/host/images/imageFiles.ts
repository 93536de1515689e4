import { IMAGE_EXTENSIONS } from '../../core/formats/imageExtensions.ts';

/** A glob for image files in a folder and below; in either case, since file systems tell them apart. */
export const IMAGES_BELOW = `**/*.{${IMAGE_EXTENSIONS.map(eitherCase).join(',')}}`;

function eitherCase(extension: string): string {
  return extension.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}
