import { initWasm, Resvg } from '@resvg/resvg-wasm';
import type { CustomFontsOptions } from '@resvg/resvg-wasm';
import rendererFile from '@resvg/resvg-wasm/index_bg.wasm';
import { MAX_PIXELS } from '../../core/plan/limits.ts';
import { probeSvg } from '../../core/formats/svgHeader.ts';
import type { Bitmap } from '../bitmap.ts';
import { DecodeError } from '../decodeError.ts';
import { wasmModule } from '../wasmModule.ts';
import type { DecodeOptions } from './decoder.ts';
import { fontsFor, SHIPPED_FAMILIES } from './fonts.ts';
import { embeddedPicture, SVG_MEDIA_TYPE } from './svgPictures.ts';
import { safeSource } from './svgSource.ts';
import { hasText, svgText, withRootSize } from './svgText.ts';
import { checkWork } from './svgWork.ts';

let ready: Promise<void> | undefined;

/**
 * Draws an SVG at the size that is wanted, on transparent ground. Nothing outside of the file is
 * loaded, no script is run, and HTML inside is left out; `onExternalParts` says so.
 */
export async function renderSvg(bytes: Uint8Array, options: DecodeOptions): Promise<Bitmap> {
  ready ??= initWasm(wasmModule(rendererFile));
  await ready;
  const probed = probeSvg(bytes);
  if (probed.kind !== 'header') {
    throw new DecodeError('no root element', { truncated: probed.kind === 'needMoreBytes' });
  }
  const { size } = probed.header;
  const target = options.target ?? size;
  if (target.width * target.height > MAX_PIXELS) {
    throw new DecodeError(`size ${target.width}x${target.height}`, { truncated: false });
  }
  const source = safeSource(svgText(bytes));
  if (source.hasExternalParts) {
    options.onExternalParts?.();
  }
  const svg = withRootSize(source.text, size, target);
  const font = {
    fontBuffers: hasText(svg) ? fontsFor(svg) : [],
    defaultFontFamily: SHIPPED_FAMILIES.sansSerif,
  };
  const tree = attempt(() => new Resvg(svg, { font }));
  try {
    checkWork(
      attempt(() => tree.toString()),
      target,
      embeddedContents(font),
    );
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

/** What the addresses in a simplified drawing hold; each is read once. */
function embeddedContents(font: CustomFontsOptions): (href: string) => number | string {
  const contents = new Map<string, number | string>();
  return (href) => {
    let content = contents.get(href);
    if (content === undefined) {
      const picture = embeddedPicture(href);
      content =
        picture?.mediaType === SVG_MEDIA_TYPE
          ? simplified(svgText(picture.bytes), font)
          : (picture?.pixels ?? 0);
      contents.set(href, content);
    }
    return content;
  };
}

function simplified(svg: string, font: CustomFontsOptions): string {
  const tree = attempt(() => new Resvg(svg, { font }));
  try {
    return attempt(() => tree.toString());
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
