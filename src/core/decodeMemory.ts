import type { ImageHeader, Size } from './imageHeader.ts';

/** A JPEG comes out of its decoder at up to this many times the edges it is wanted at. */
const JPEG_HEADROOM = 1.3;
/** Bytes of a pixel as it is worked on: red, green, blue and alpha. */
const RGBA = 4;

/**
 * Bytes that decoding a picture to `size` (as seen) takes at most, from its header alone: few
 * bytes can claim any size, so this is known before anything is decoded. `byteLength` is the
 * file's, which is in memory too, as is the picture of `size`; the codec's own few megabytes are
 * not counted. Figures of the codecs are measured ones, rounded up.
 */
export function decodeMemory(header: ImageHeader, size: Size, byteLength: number): number {
  const output = size.width * size.height * 2 * RGBA;
  return Math.ceil(byteLength + output + decoderMemory(header, size));
}

/** What the decoder of the format holds, as its codec works: whole pictures, or a few rows. */
function decoderMemory(header: ImageHeader, size: Size): number {
  const pixels = header.size.width * header.size.height;
  switch (header.format) {
    case 'png':
      // Row by row: two rows of samples (16 bit, four of them) and one of RGBA.
      return header.progressive
        ? pixels * 8
        : Math.max(header.size.width, header.size.height) * (2 * 8 + RGBA);
    case 'jpeg':
      return (
        Math.min(size.width * size.height * JPEG_HEADROOM ** 2, pixels) * RGBA +
        // The coefficients of a progressive file: two bytes each, and full colour at worst.
        (header.progressive ? pixels * (isCmyk(header) ? 9 : 7) : 0)
      );
    case 'gif':
      // An index and a pixel.
      return pixels * (1 + RGBA);
    case 'webp':
      return pixels * (RGBA + RGBA);
    case 'avif':
    case 'heic':
      return pixels * (header.bitDepth > 8 ? 18 : 14);
    case 'tiff':
      // The samples as stored, unpacked, and two pictures of pixels.
      return pixels * (samplesOf(header) * Math.ceil(header.bitDepth / 8) + 2 * RGBA);
    case 'bmp':
      return pixels * 2 * RGBA;
    case 'ico':
    case 'cur':
      return pixels * 2 * RGBA;
    case 'svg':
      // A drawing has no pixels but those that are wanted.
      return size.width * size.height * 2 * RGBA;
  }
}

function samplesOf({ colourSpace, alpha }: ImageHeader): number {
  const colours =
    colourSpace === 'grey' || colourSpace === 'palette'
      ? 1
      : colourSpace === 'cmyk' || colourSpace === 'ycck'
        ? 4
        : 3;
  return colours + (alpha ? 1 : 0);
}

function isCmyk({ colourSpace }: ImageHeader): boolean {
  return colourSpace === 'cmyk' || colourSpace === 'ycck';
}
