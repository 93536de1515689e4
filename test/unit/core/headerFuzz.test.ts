import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import sharp from 'sharp';
import { probe, PROBE_BYTES, probeWhole } from '../../../src/core/formats/probe.ts';
import { exifSegment, makeGif, makeGreyPng, makeJpeg } from '../imaging/makeImages.ts';
import {
  be32,
  bitmapInfo,
  bmpFile,
  box,
  fullBox,
  heifFile,
  iconFile,
  irot,
  ispe,
  reference,
  text,
  tiffFile,
} from './makeHeaders.ts';

const SIZE = { width: 30, height: 20 };

async function samples(): Promise<Buffer[]> {
  const picture = sharp({ create: { ...SIZE, channels: 4, background: '#12345678' } });
  const page = { 256: [30], 257: [20], 258: [8, 8, 8, 8], 262: [2], 274: [6], 277: [4], 338: [1] };
  const bitmap = Buffer.concat([bitmapInfo({ ...SIZE, depth: 32 }), Buffer.alloc(60)]);
  const written = await Promise.all([
    picture.clone().webp().withMetadata({ orientation: 6 }).toBuffer(),
    picture.clone().webp({ lossless: true }).toBuffer(),
    picture.clone().avif({ effort: 0 }).toBuffer(),
    picture.clone().tiff().toBuffer(),
    picture.clone().png({ palette: true }).withMetadata({ orientation: 5 }).toBuffer(),
  ]);
  return [
    ...written,
    makeGreyPng(SIZE),
    makeJpeg(SIZE, { segments: [exifSegment(6)] }),
    makeGif({ ...SIZE, frames: 3 }),
    bmpFile({ ...SIZE, headerLength: 124 }),
    tiffFile({ pages: [page, page, page] }),
    tiffFile({ littleEndian: false, pages: [page], gap: 500 }),
    iconFile('ico', [
      { ...SIZE, data: bitmap },
      { ...SIZE, data: makeGreyPng(SIZE) },
    ]),
    iconFile('cur', [{ ...SIZE, data: bitmap }]),
    heifFile({
      brands: ['mif1', 'avis'],
      items: ['grid', 'hvc1', 'hvc1'],
      properties: [ispe(30, 20), irot(1)],
      references: [reference('dimg', 1, 2, 3), reference('auxl', 3, 1)],
    }),
    Buffer.from(
      '<?xml version="1.0"?><!DOCTYPE svg [<!-- -->]><svg viewBox="0 0 9 9" width="9mm">',
    ),
  ];
}

describe('reading headers', () => {
  it('never throws and always comes to an end, whatever the bytes', async () => {
    const files = await samples();
    for (const file of files) {
      assert.ok(probeWhole(file).ok);
    }
    const edge = fc.constantFrom(0, 1, 2, 0x7f, 0x80, 0xfe, 0xff);
    const change = fc.tuple(
      fc.nat(1200),
      fc.oneof(edge, fc.nat(255)),
      fc.integer({ min: 1, max: 4 }),
    );
    const mutated = fc
      .tuple(fc.constantFrom(...files), fc.array(change, { maxLength: 8 }), fc.nat(2000))
      .map(([file, changes, length]) => {
        const bytes = Uint8Array.from(file);
        for (const [at, value, count] of changes) {
          bytes.fill(value, at % bytes.length, (at % bytes.length) + count);
        }
        return bytes.subarray(0, length);
      });
    fc.assert(
      fc.property(mutated, fc.nat(5000), (bytes, more) => {
        const whole = probeWhole(bytes);
        if (whole.ok) {
          const { size, frames } = whole.value;
          assert.ok(Number.isInteger(size.width) && Number.isInteger(size.height));
          assert.ok(Math.min(size.width, size.height, frames ?? 1) > 0);
          assert.ok(Math.max(size.width, size.height) < 2 ** 31);
        }
        const result = probe(bytes, bytes.length + more);
        if (result.kind === 'needMoreBytes') {
          assert.ok(Number.isInteger(result.atLeast) && result.atLeast > bytes.length);
          assert.ok(result.atLeast <= bytes.length + more);
        }
      }),
      { numRuns: 20_000 },
    );
  });

  it('gives the same header from the start of a file as from the whole', async () => {
    for (const file of await samples()) {
      const whole = probeWhole(file);
      let length = 1;
      for (;;) {
        const result = probe(file.subarray(0, length), file.length);
        if (result.kind !== 'needMoreBytes') {
          assert.ok(result.kind === 'header' && whole.ok, JSON.stringify(result));
          // Frames are counted only where the bytes reach that far.
          assert.deepEqual({ ...whole.value, ...result.header }, whole.value);
          break;
        }
        assert.ok(result.atLeast > length && result.atLeast <= file.length);
        length = result.atLeast;
      }
    }
  });

  it('is not kept busy by files that are made for it', () => {
    const megabytes = 8_000_000;
    const manyBoxes = Buffer.concat(Array.from({ length: 200_000 }, () => reference('auxl', 2, 1)));
    const properties = Buffer.concat(Array.from({ length: 100_000 }, () => box('free')));
    const pages = Buffer.alloc(megabytes);
    pages.write('II*\0', 0, 'latin1');
    pages.writeUInt32LE(100, 4);
    tiffFile({ pages: [{ 256: [30], 257: [20] }] }).copy(pages, 100, 8);
    pages.writeUInt32LE(200, 100 + 2 + 24);
    // Directories without entries, each naming the next.
    for (let at = 200; at + 12 < megabytes; at += 6) {
      pages.writeUInt32LE(at + 6, at + 2);
    }
    const files = [
      pages,
      heifFile({
        items: ['av01', 'av01'],
        references: [manyBoxes],
        secondProperties: [properties],
      }),
      Buffer.concat([box('ftyp', text('avif'), be32(0)), Buffer.alloc(megabytes, box('free'))]),
      Buffer.concat([heifFile({}), fullBox('meta', 0, properties)]),
      Buffer.concat([
        text('RIFF'),
        Buffer.of(255, 255, 255, 127),
        text('WEBP'),
        Buffer.alloc(megabytes),
      ]),
      Buffer.concat([
        text('GIF89a'),
        Buffer.of(9, 0, 9, 0, 0, 0, 0),
        Buffer.alloc(megabytes, '!\xfe\0', 'latin1'),
      ]),
      Buffer.concat([
        makeGreyPng(SIZE).subarray(0, 33),
        Buffer.alloc(megabytes, '\0\0\0\0tEXt', 'latin1'),
      ]),
      Buffer.concat([Buffer.of(255, 216), Buffer.alloc(megabytes, 255)]),
      Buffer.concat([
        Buffer.of(255, 216, 255, 224),
        Buffer.alloc(megabytes, '\0\x02\xff\xe1', 'latin1'),
      ]),
      Buffer.concat([Buffer.of(0, 0, 1, 0, 255, 255), Buffer.alloc(megabytes)]),
      Buffer.from(`<svg ${'a="" '.repeat(300_000)}`),
    ];
    for (const file of files) {
      const started = performance.now();
      probeWhole(file);
      probe(file.subarray(0, PROBE_BYTES), file.length);
      const took = performance.now() - started;
      assert.ok(took < 2000, `${took} ms for ${file.toString('latin1', 0, 20)}`);
    }
  });

  it('reads ten thousand files in a moment', async () => {
    const files = await samples();
    const heads = files.map((file) => {
      const head = Buffer.alloc(PROBE_BYTES, ' ');
      file.copy(head);
      return head;
    });
    const started = performance.now();
    for (let index = 0; index < 10_000; index += 1) {
      const head = heads[index % heads.length] ?? Buffer.alloc(0);
      probe(head, 10_000_000);
    }
    assert.ok(performance.now() - started < 10_000);
  });
});
