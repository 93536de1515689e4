import { base64Length } from '../bytes.ts';
import type { ImageHeader } from '../formats/imageHeader.ts';
import { limitsOf } from './limits.ts';
import { mediaTypeOf } from './mediaType.ts';
import type { MediaType } from './mediaType.ts';
import { edgeLimit, planImage } from './plan.ts';
import type { ImageTarget } from './plan.ts';

/**
 * The media type of an image that may be sent by its address, for the API to fetch itself;
 * `undefined` for one of which prepared bytes must go: it is too large for the API, of a format that
 * it does not take, turned by EXIF, which is not read there, or wanted with less detail than it has.
 * Claude's own shrinking to its tier is no reason: the tokens are the same (Claude docs, "Vision").
 * Whether the server fetches images at all is another question.
 */
export function sendableByAddress(
  header: ImageHeader,
  byteLength: number,
  target: ImageTarget,
): MediaType | undefined {
  const { provider = 'anthropic', imagesInRequest } = target;
  const plan = planImage(header, byteLength, target);
  const lessDetail = plan.kind === 'transcode' && plan.resizedFor === 'detail';
  const { width, height } = header.size;
  return plan.kind !== 'refuse' &&
    !lessDetail &&
    header.orientation === 1 &&
    Math.max(width, height) <= edgeLimit(imagesInRequest) &&
    base64Length(byteLength) <= limitsOf(provider).imageBase64Bytes
    ? mediaTypeOf(header.format)
    : undefined;
}
