import type { AttachedImage } from '../conversation/conversation.ts';
import { limitsOf, MANY_IMAGES } from './limits.ts';
import type { Model } from './models.ts';
import { edgeLimit } from './plan.ts';
import { REQUEST_BASE64_LIMIT } from '../conversation/request.ts';

/** Images that a conversation takes: what a person can still look over, and every model takes. */
export const MOST_IMAGES = 100;

/** Numbers of images that a request is planned for, so that one image more seldom changes the plan. */
const STEPS = [MANY_IMAGES, 50, MOST_IMAGES] as const;

/** The least that an image gets, in bytes of base64: about 900 px of a photograph. */
const LEAST_BASE64 = 100 * 1024;

/** How many images a conversation with a model takes. */
export function mostImages(model: Model): number {
  return Math.min(MOST_IMAGES, model.maxImages);
}

/** The number of images to plan for when a request has so many. */
export function plannedImages(count: number): number {
  return STEPS.find((step) => count <= step) ?? count;
}

/**
 * Bytes of base64 for the next image, when so many are used or promised and so many images, this one
 * included, are to share the rest of the request. No more than the API takes of one image: what is
 * promised beyond that nobody can use.
 */
export function base64Share(used: number, images: number): number {
  const share = Math.max(Math.floor((REQUEST_BASE64_LIMIT - used) / images), LEAST_BASE64);
  return Math.min(share, limitsOf('anthropic').imageBase64Bytes);
}

/** Whether the API would refuse it, as prepared, in a request planned for so many images. */
export function isTooLong(
  { width, height }: NonNullable<AttachedImage['prepared']>,
  imagesInRequest: number,
): boolean {
  return Math.max(width, height) > edgeLimit(imagesInRequest);
}
