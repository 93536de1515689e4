import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import type { ReadableFormat } from '../../../../src/core/formats/formats.ts';
import { probeWhole } from '../../../../src/core/formats/probe.ts';
import { DecodeError } from '../../../../src/imaging/decodeError.ts';
import { decodeBmp } from '../../../../src/imaging/formats/bmpDecoder.ts';
import type { Decoder } from '../../../../src/imaging/formats/decoder.ts';
import { decodeAvif, decodeHeic } from '../../../../src/imaging/formats/heifDecoder.ts';
import { decodeIco } from '../../../../src/imaging/formats/icoDecoder.ts';
import { renderSvg } from '../../../../src/imaging/formats/svgRenderer.ts';
import { decodeTiff } from '../../../../src/imaging/formats/tiffDecoder.ts';
import { decodeWebp } from '../../../../src/imaging/formats/webpDecoder.ts';
import { assertBitmap } from './pictures.ts';

/** Files of public test suites, which lie beside the project where there is a copy of them. */
const FOLDER = new URL('../../../../../shared/corpus/image-size/valid/', import.meta.url);

const DECODERS: Readonly<Partial<Record<ReadableFormat, Decoder>>> = {
  avif: decodeAvif,
  bmp: decodeBmp,
  cur: decodeIco,
  heic: decodeHeic,
  ico: decodeIco,
  svg: renderSvg,
  tiff: decodeTiff,
  webp: decodeWebp,
};

/** Damaged behind its header: the codec refuses the one, the parser of XML the other. */
const BROKEN = new Set(['sample-garbled.avif', 'viewbox-width-height-brackets.svg']);

describe('the decoders and the corpus', () => {
  for (const folder of ['bmp', 'cur', 'heif', 'ico', 'svg', 'tiff', 'webp']) {
    it(`decodes every file of ${folder} at the size of its header, and smaller`, async function () {
      if (!existsSync(FOLDER)) {
        this.skip();
      }
      for (const file of readdirSync(new URL(folder, FOLDER))) {
        const bytes = readFileSync(new URL(`${folder}/${file}`, FOLDER));
        const probed = probeWhole(bytes);
        const decode = probed.ok ? DECODERS[probed.value.format] : undefined;
        if (!probed.ok || !decode) {
          continue;
        }
        if (BROKEN.has(file)) {
          await assert.rejects(async () => await decode(bytes, {}), DecodeError, file);
          continue;
        }
        const { size } = probed.value;
        assertBitmap(await decode(bytes, {}), size);
        const target = { width: Math.ceil(size.width / 3), height: Math.ceil(size.height / 3) };
        assertBitmap(await decode(bytes, { target }), target);
      }
    });
  }
});
