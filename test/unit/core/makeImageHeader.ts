import type { ImageHeader } from '../../../src/core/formats/imageHeader.ts';

/** The header of an upright, opaque PNG of 8 bits, but for what is given. */
export function makeImageHeader(
  width: number,
  height: number,
  more: Partial<ImageHeader> = {},
): ImageHeader {
  return {
    format: 'png',
    size: { width, height },
    orientation: 1,
    colourSpace: 'rgb',
    lossy: false,
    progressive: false,
    frames: 1,
    alpha: false,
    bitDepth: 8,
    ...more,
  };
}
