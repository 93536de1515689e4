import type { ImageHeader, Size } from '../formats/imageHeader.ts';

/** A JPEG comes out of its decoder at the fewest eighths of its edges that are so many targets. */
const JPEG_HEADROOM = 1.1;
/** Bytes of a pixel as it is worked on: red, green, blue and alpha. */
const RGBA = 4;
/** What the decoder of TIFF takes of any picture, at most. */
const TIFF_BAND = 130_000_000;
/** What of a PNG is inflated ahead of the rows, and the chunk that they are read from. */
const PNG_INFLATED = 6 * 2 ** 20;
/** Layers of a drawing that the renderer may hold at once. */
const SVG_LAYERS = 400 * 2 ** 20;

/** Bytes that a codec takes for a pixel of the stored picture, and for one with alpha beside that. */
interface PixelBytes {
  readonly colours: number;
  readonly alpha: number;
}

/**
 * Of libaom, as the figures have it: planes, RGBA inside and outside of WebAssembly, all of which
 * double above 8 bits, and about 11 bytes of what it notes, which alpha takes again. Peak memory of
 * a process, without chroma subsampling: 21.9, with alpha 34.4; of 10 bits 33.2 and 47.0.
 */
const AVIF: PixelBytes = { colours: 22, alpha: 13 };
const AVIF_DEEP: PixelBytes = { colours: 34, alpha: 14 };
/**
 * Of libde265 and libheif: pictures of planes, for a picture that is turned one more, RGBA twice, and
 * once outside of WebAssembly. In the same way: 16.0, turned 18.6, with alpha 17.3; of 10 bits 38.0,
 * with alpha 41.4.
 */
const HEIC: PixelBytes = { colours: 19, alpha: 2 };
const HEIC_DEEP: PixelBytes = { colours: 40, alpha: 4 };

/**
 * Bytes that decoding a picture to `size` (as seen) takes at most, from its header alone: few
 * bytes can claim any size, so this is known before anything is decoded. `byteLength` is the
 * file's, which is in memory too, as is the picture of `size`; the codec's own few megabytes are
 * not counted. Figures of the codecs are measured ones, rounded up.
 */
export function decodeMemory(header: ImageHeader, size: Size, byteLength: number): number {
  const output = size.width * size.height * 2 * RGBA;
  return Math.ceil(byteLength + output + decoderMemory(header, size, byteLength));
}

/** What the decoder of the format holds, as its codec works: whole pictures, or a few rows. */
function decoderMemory(header: ImageHeader, size: Size, byteLength: number): number {
  const stored = header.aperture?.stored ?? header.size;
  const pixels = stored.width * stored.height;
  switch (header.format) {
    case 'png':
      // Its chunks put together. Row by row: two of samples (16 bit, four of them), one of RGBA.
      return (
        byteLength +
        PNG_INFLATED +
        (header.progressive
          ? pixels * 8
          : Math.max(header.size.width, header.size.height) * (2 * 8 + RGBA))
      );
    case 'jpeg':
      return (
        pixels * jpegScale(header.size, size) ** 2 * (isCmyk(header) ? 4 : 3) +
        // The coefficients of a progressive file: two bytes each, and full colour at worst.
        (header.progressive ? pixels * (isCmyk(header) ? 9 : 7) : 0)
      );
    case 'gif':
      // An index and a pixel.
      return pixels * (1 + RGBA);
    case 'webp':
      return pixels * (RGBA + RGBA);
    case 'avif':
      return pixels * bytesOf(header.bitDepth > 8 ? AVIF_DEEP : AVIF, header);
    case 'heic':
      return pixels * bytesOf(header.bitDepth > 8 ? HEIC_DEEP : HEIC, header);
    case 'tiff':
      // A band of segments and what unpacks them; a JPEG inside may be one segment, whole.
      return TIFF_BAND + pixels * RGBA;
    case 'bmp':
      return pixels * 2 * RGBA;
    case 'ico':
    case 'cur':
      return pixels * 2 * RGBA;
    case 'svg':
      // A drawing has no pixels but those that are wanted, and its layers, which are bounded.
      return size.width * size.height * 2 * RGBA + SVG_LAYERS;
  }
}

function bytesOf({ colours, alpha }: PixelBytes, header: ImageHeader): number {
  return colours + (header.alpha ? alpha : 0);
}

/** How large a JPEG comes out of its decoder that is wanted at `to`, as a part of its edges. */
function jpegScale(from: Size, to: Size): number {
  const wanted = Math.max(to.width / from.width, to.height / from.height) * JPEG_HEADROOM;
  return Math.min(Math.ceil(wanted * 8), 8) / 8;
}

function isCmyk({ colourSpace }: ImageHeader): boolean {
  return colourSpace === 'cmyk' || colourSpace === 'ycck';
}
