import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import sharp from 'sharp';
import type { ImageHeader } from '../../../src/core/formats/imageHeader.ts';
import { probe } from '../../../src/core/formats/probe.ts';
import {
  be16,
  be32,
  box,
  fullBox,
  heifFile,
  imir,
  irot,
  ispe,
  reference,
  text,
} from './makeHeaders.ts';
import { failureOf, headerOf } from './readHeader.ts';

const ALPHA = fullBox('auxC', 0, text('urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0'));

describe('the header of AVIF and HEIC', () => {
  it('reads what libvips writes', async () => {
    const create = { width: 64, height: 40, channels: 4, background: '#12345678' } as const;
    const header = headerOf(await sharp({ create }).avif({ effort: 0 }).toBuffer());
    assert.deepEqual(header, {
      format: 'avif',
      size: { width: 64, height: 40 },
      orientation: 1,
      colourSpace: 'ycbcr',
      lossy: true,
      progressive: false,
      frames: 1,
      alpha: true,
      bitDepth: 8,
    });
  });

  it('goes by the codec of the primary picture and not by the brand', () => {
    const brands = ['mif1'];
    assert.equal(headerOf(heifFile({ brands, items: ['av01'] })).format, 'avif');
    assert.equal(headerOf(heifFile({ brands, items: ['hvc1'] })).format, 'heic');
    const grid = heifFile({
      brands,
      items: ['grid', 'hvc1', 'hvc1'],
      references: [reference('dimg', 1, 2, 3)],
    });
    assert.deepEqual([headerOf(grid).format, headerOf(grid).frames], ['heic', 1]);
    const jpeg = failureOf(heifFile({ brands, items: ['jpeg'] }));
    assert.deepEqual(jpeg, { kind: 'formatUnsupported', format: 'HEIF with JPEG' });
  });

  it('puts turns and mirrors together into the orientation that EXIF would have', () => {
    // The pairs of libavif's table for writing EXIF orientations as boxes.
    for (const [orientation, boxes] of [
      [1, []],
      [2, [imir(1)]],
      [3, [irot(2)]],
      [4, [imir(0)]],
      [5, [irot(1), imir(0)]],
      [6, [irot(3)]],
      [7, [irot(3), imir(0)]],
      [8, [irot(1)]],
      [7, [imir(0), irot(1)]],
      [4, [irot(2), imir(1)]],
    ] as const) {
      const header = headerOf(heifFile({ properties: [ispe(30, 20), ...boxes] }));
      assert.equal(header.orientation, orientation);
      const turned = orientation > 4;
      assert.deepEqual(header.size, { width: turned ? 20 : 30, height: turned ? 30 : 20 });
    }
  });

  it('shows the part that a clean aperture leaves', () => {
    const read = (...clap: readonly number[]): ImageHeader => {
      const aperture = box('clap', ...clap.map(be32));
      return headerOf(heifFile({ properties: [ispe(30, 20), aperture, irot(1)] }));
    };
    const centred = read(28, 1, 18, 1, 0, 1, 0, 1);
    assert.deepEqual(centred.size, { width: 18, height: 28 });
    assert.deepEqual(centred.aperture, {
      stored: { width: 30, height: 20 },
      part: { left: 1, top: 1, width: 28, height: 18 },
    });
    // Its centre is 5.5 to the left of the picture's, and 3 below it.
    const part = { left: 0, top: 7, width: 19, height: 12 };
    assert.deepEqual(read(38, 2, 12, 1, -11, 2, 3, 1).aperture?.part, part);
  });

  it('shows all where the clean aperture is all, or lies outside of the picture', () => {
    for (const clap of [
      [30, 1, 20, 1, 0, 1, 0, 1],
      [31, 1, 19, 1, 0, 1, 0, 1],
      [0, 1, 19, 1, 0, 1, 0, 1],
      [28, 1, 18, 1, 2, 1, 0, 1],
      [28, 1, 18, 1, 0, 1, -2, 1],
      [28, 0, 18, 1, 0, 1, 0, 1],
      [28, 1, 18, 1, 0, 1, 0, 0],
    ]) {
      const properties = [ispe(30, 20), box('clap', ...clap.map(be32))];
      const { size, aperture } = headerOf(heifFile({ properties }));
      assert.deepEqual([size, aperture], [{ width: 30, height: 20 }, undefined], clap.join());
    }
  });

  it('tells depth and colour by pixi, else by the codec', () => {
    const read = (...more: readonly Buffer[]): unknown => {
      const header = headerOf(heifFile({ properties: [ispe(30, 20), ...more] }));
      return [header.bitDepth, header.colourSpace];
    };
    const av1C = (flags: number): Buffer => box('av1C', Buffer.of(0x81, 0, flags, 0));
    assert.deepEqual(read(fullBox('pixi', 0, Buffer.of(3, 10, 10, 10))), [10, 'ycbcr']);
    assert.deepEqual(read(fullBox('pixi', 0, Buffer.of(1, 8))), [8, 'grey']);
    assert.deepEqual(read(av1C(0x60)), [12, 'ycbcr']);
    assert.deepEqual(read(av1C(0x50)), [10, 'grey']);
    const nclx = box('colr', text('nclx'), be16(1), be16(13), be16(0), Buffer.of(0x80));
    assert.deepEqual(read(av1C(0), nclx), [8, 'rgb']);
    const hevc = Buffer.alloc(23);
    hevc[16] = 0xfd;
    hevc[17] = 0xfa;
    assert.deepEqual(read(box('hvcC', hevc)), [10, 'ycbcr']);
  });

  it('is transparent only where an alpha plane belongs to the primary picture', () => {
    const parts = { items: ['av01', 'av01'], secondProperties: [ispe(30, 20), ALPHA] };
    const attached = headerOf(heifFile({ ...parts, references: [reference('auxl', 2, 1)] }));
    assert.deepEqual([attached.alpha, attached.frames], [true, 1]);
    assert.equal(headerOf(heifFile(parts)).alpha, false);
  });

  it('counts pictures, and neither thumbnails nor hidden ones', () => {
    const items = ['hvc1', 'hvc1', 'hvc1', 'Exif', 'hvc1'];
    const references = [reference('thmb', 2, 1)];
    const file = heifFile({ brands: ['heic'], items, references, hiddenItems: [5] });
    assert.equal(headerOf(file).frames, 2);
  });

  const stsz = fullBox('stsz', 0, be32(0), be32(7));
  const entry = box(
    'av01',
    Buffer.alloc(24),
    be16(30),
    be16(20),
    Buffer.alloc(50),
    box('av1C', Buffer.of(0x81, 0, 0x40, 0)),
  );
  const table = box('stbl', fullBox('stsd', 0, be32(1), entry), stsz);
  const movie = box('moov', box('trak', box('mdia', box('minf', table))));
  const brands = ['avis', 'avif', 'msf1'];

  it('reads a sequence with a still picture and without', () => {
    const withStill = Buffer.concat([heifFile({ brands, properties: [ispe(90, 60)] }), movie]);
    assert.deepEqual(headerOf(withStill).size, { width: 90, height: 60 });
    assert.equal(headerOf(withStill).frames, 7);
    const start = probe(withStill.subarray(0, -20), withStill.length);
    assert.ok(start.kind === 'header' && start.header.frames === undefined);

    const alone = Buffer.concat([box('ftyp', text('avis'), be32(0), text('avis')), movie]);
    const header = headerOf(alone);
    assert.deepEqual(
      [header.size, header.frames, header.bitDepth, header.format],
      [{ width: 30, height: 20 }, 7, 10, 'avif'],
    );
  });

  it('asks for a list of pictures that lies behind their data', () => {
    const file = heifFile({ between: [box('mdat', Buffer.alloc(100_000))] });
    let length = 65_536;
    let rounds = 0;
    for (;;) {
      const result = probe(file.subarray(0, length), file.length);
      if (result.kind !== 'needMoreBytes') {
        assert.equal(result.kind, 'header');
        break;
      }
      length = result.atLeast;
      rounds += 1;
      assert.ok(rounds < 4);
    }
  });

  it('is refused without a size, without pictures, or cut off', () => {
    assert.equal(failureOf(heifFile({ properties: [irot(1)] })).kind, 'imageDamaged');
    assert.equal(failureOf(heifFile({ properties: [ispe(0, 9)] })).kind, 'imageDamaged');
    assert.equal(failureOf(heifFile({ items: [] })).kind, 'imageDamaged');
    const file = heifFile({});
    assert.deepEqual(failureOf(file.subarray(0, file.length - 1)), {
      kind: 'imageTruncated',
      format: 'AVIF',
    });
  });
});
