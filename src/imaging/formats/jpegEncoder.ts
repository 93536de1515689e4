import createTurbo from '@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs';
import type { JpegEncoder } from '@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs';
import turboFile from '@cornerstonejs/codec-libjpeg-turbo-8bit/wasm';
import { readFileSync } from 'node:fs';
import type { Size } from '../../core/imageHeader.ts';
import { dropAlpha } from '../bitmap.ts';
import type { Bitmap } from '../bitmap.ts';

/** TurboJPEG's `TJSAMP_420`: half the colour resolution in both directions, as is usual. */
const HALF_COLOUR = 2;

/** One for the thread: it keeps its buffers for the next picture. */
let encoder: Promise<JpegEncoder> | undefined;

async function createEncoder(): Promise<JpegEncoder> {
  const { JPEGEncoder } = await createTurbo({ wasmBinary: readFileSync(turboFile) });
  return new JPEGEncoder();
}

/** Encodes an opaque picture as a baseline JPEG of a quality from 1 to 100. */
export async function encodeJpeg(bitmap: Bitmap, quality: number): Promise<Buffer> {
  encoder ??= createEncoder();
  const turbo = await encoder;
  const { width, height } = bitmap;
  const input = turbo.getDecodedBuffer({ width, height, isSigned: false, ...room(bitmap) });
  dropAlpha(bitmap.data, input.subarray(0, width * height * 3));
  turbo.setQuality(quality);
  turbo.setSubSampling(HALF_COLOUR);
  turbo.setProgressive(false);
  turbo.encode();
  return Buffer.from(turbo.getEncodedBuffer());
}

/** What the encoder holds in a byte. */
const MOST_COMPONENTS = 255;

/**
 * The encoder makes its output as long as its input and writes beyond it if need be: of a picture
 * of 10x10 pixels the tables alone are longer. So the input is made as long as the output may be
 * (`tjBufSize` of libjpeg-turbo); any number of components but one is taken for RGB of 8 bits.
 */
function room({ width, height }: Size): { componentCount: number; bitsPerSample: number } {
  const longest = Math.ceil(width / 16) * 16 * Math.ceil(height / 16) * 16 * 3 + 2048;
  const perPixel = Math.ceil(longest / (width * height));
  return {
    componentCount: Math.min(perPixel, MOST_COMPONENTS),
    bitsPerSample: Math.ceil(perPixel / MOST_COMPONENTS) * 8,
  };
}
