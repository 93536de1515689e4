import { initWasm, Resvg } from '@resvg/resvg-wasm';
import rendererFile from '@resvg/resvg-wasm/index_bg.wasm';
import { MAX_PIXELS } from '../../core/limits.ts';
import { probeSvg } from '../../core/svgHeader.ts';
import type { Bitmap } from '../bitmap.ts';
import { DecodeError } from '../decodeError.ts';
import { wasmModule } from '../wasmModule.ts';
import type { DecodeOptions } from './decoder.ts';
import { fontsFor, SHIPPED_FAMILIES } from './fonts.ts';
import {
  checkEmbeddedPictures,
  checkEntities,
  hasExternalParts,
  hasText,
  nameGenericFamilies,
  svgText,
  withRootSize,
} from './svgText.ts';

let ready: Promise<void> | undefined;

/**
 * Draws an SVG at the size that is wanted, on transparent ground. Nothing outside of the file is
 * loaded, no script is run, and HTML inside is left out; `onExternalParts` says so.
 */
export async function renderSvg(bytes: Uint8Array, options: DecodeOptions): Promise<Bitmap> {
  ready ??= initWasm(wasmModule(rendererFile));
  await ready;
  const text = svgText(bytes);
  checkEntities(text);
  checkEmbeddedPictures(text);
  if (hasExternalParts(text)) {
    options.onExternalParts?.();
  }
  const probed = probeSvg(bytes);
  if (probed.kind !== 'header') {
    throw new DecodeError('no root element', { truncated: probed.kind === 'needMoreBytes' });
  }
  const { size } = probed.header;
  const target = options.target ?? size;
  if (target.width * target.height > MAX_PIXELS) {
    throw new DecodeError(`size ${target.width}x${target.height}`, { truncated: false });
  }
  const svg = withRootSize(nameGenericFamilies(text), size, target);
  const font = {
    fontBuffers: hasText(svg) ? fontsFor(svg) : [],
    defaultFontFamily: SHIPPED_FAMILIES.sansSerif,
  };
  const tree = attempt(() => new Resvg(svg, { font }));
  try {
    const image = attempt(() => tree.render());
    try {
      const data = Buffer.from(image.pixels.buffer);
      unpremultiply(data);
      return { data, width: image.width, height: image.height };
    } finally {
      image.free();
    }
  } finally {
    tree.free();
  }
}

/** A trap leaves the renderer unusable, and is for the thread to end with. */
function attempt<T>(step: () => T): T {
  try {
    return step();
  } catch (cause) {
    if (cause instanceof WebAssembly.RuntimeError || cause instanceof RangeError) {
      throw cause;
    }
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new DecodeError(message, {
      cause,
      truncated: /never closed|unexpected end/.test(message),
    });
  }
}

function unpremultiply(data: Buffer): void {
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] ?? 0;
    if (alpha > 0 && alpha < 255) {
      data[at] = Math.round(((data[at] ?? 0) * 255) / alpha);
      data[at + 1] = Math.round(((data[at + 1] ?? 0) * 255) / alpha);
      data[at + 2] = Math.round(((data[at + 2] ?? 0) * 255) / alpha);
    }
  }
}
