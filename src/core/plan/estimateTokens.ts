import type { ImageHeader } from '../formats/imageHeader.ts';
import { modelOf } from './models.ts';
import { planImage } from './plan.ts';
import type { ImageTarget } from './plan.ts';
import { imageTokens } from './visualTokens.ts';

/**
 * Visual tokens that an image will take, from its header alone; `undefined` for one that is refused.
 * The same as on its chip, unless no quality brings its bytes under the limit at its planned size.
 */
export function estimateTokens(
  header: ImageHeader,
  byteLength: number,
  target: ImageTarget,
): number | undefined {
  const plan = planImage(header, byteLength, target);
  switch (plan.kind) {
    case 'keep':
      return imageTokens(header.size, modelOf(target.model));
    case 'transcode':
      return imageTokens(plan.steps[0].size, modelOf(target.model));
    case 'refuse':
      return undefined;
  }
}
