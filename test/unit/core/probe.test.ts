import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { probe, probeWhole } from '../../../src/core/formats/probe.ts';
import type { ImageHeader } from '../../../src/core/formats/imageHeader.ts';
import {
  exifSegment,
  exifTiff,
  gifExtension,
  jpegSegment,
  makeGif,
  makeGreyPng,
  makeJpeg,
  makePng,
  ORIENTATIONS,
  pngChunk,
} from '../imaging/makeImages.ts';

const SIZE = { width: 30, height: 20 };

function header(bytes: Uint8Array): ImageHeader {
  const result = probeWhole(bytes);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

function failure(bytes: Uint8Array): unknown {
  const result = probeWhole(bytes);
  assert.ok(!result.ok);
  return result.error;
}

describe('probeWhole', () => {
  it('reads size, depth and alpha of a PNG', () => {
    assert.deepEqual(header(makeGreyPng(SIZE)), {
      format: 'png',
      size: SIZE,
      orientation: 1,
      colourSpace: 'grey',
      lossy: false,
      progressive: false,
      frames: 1,
      alpha: false,
      bitDepth: 8,
    });
    const interlaced = header(makeGreyPng(SIZE, { interlaced: true }));
    assert.equal(interlaced.progressive, true);
    const rows = Buffer.alloc((30 * 8 + 1) * 20);
    const deep = header(makePng({ ...SIZE, colourType: 6, bitDepth: 16, rows }));
    assert.equal(deep.bitDepth, 16);
    assert.equal(deep.alpha, true);
    const keyed = makeGreyPng(SIZE, { before: [pngChunk('tRNS', Buffer.of(0, 0))] });
    assert.equal(header(keyed).alpha, true);
  });

  it('counts the frames of an animated PNG', () => {
    const control = pngChunk('acTL', Buffer.of(0, 0, 0, 7, 0, 0, 0, 0));
    assert.equal(header(makeGreyPng(SIZE, { before: [control] })).frames, 7);
  });

  it('reads a JPEG of every process that decoders agree on', () => {
    assert.deepEqual(header(makeJpeg(SIZE)), {
      format: 'jpeg',
      size: SIZE,
      orientation: 1,
      colourSpace: 'ycbcr',
      lossy: true,
      progressive: false,
      frames: 1,
      alpha: false,
      bitDepth: 8,
    });
    for (const [name, colourSpace, progressive] of [
      ['progressive', 'ycbcr', true],
      ['cmyk', 'cmyk', false],
      ['grey', 'grey', false],
    ] as const) {
      const file = new URL(`../../fixtures/images/${name}.jpg`, import.meta.url);
      const read = header(readFileSync(file));
      assert.deepEqual(read.size, { width: 48, height: 32 });
      assert.deepEqual([read.colourSpace, read.progressive], [colourSpace, progressive], name);
    }
  });

  it("tells the colours of a JPEG by Adobe's segment and the names of its components", () => {
    const bare = makeJpeg(SIZE);
    const jfif = bare.indexOf(Buffer.of(0xff, 0xe0));
    const noJfif = Buffer.concat([bare.subarray(0, jfif), bare.subarray(jfif + 18)]);
    const adobe = (transform: number): Buffer =>
      jpegSegment(0xee, `Adobe\0\x64\0\0\0\0${String.fromCharCode(transform)}`);
    const withAdobe = (transform: number): Buffer =>
      Buffer.concat([noJfif.subarray(0, 2), adobe(transform), noJfif.subarray(2)]);
    assert.equal(header(noJfif).colourSpace, 'ycbcr');
    assert.equal(header(withAdobe(0)).colourSpace, 'rgb');
    assert.equal(header(withAdobe(1)).colourSpace, 'ycbcr');
    const frame = noJfif.indexOf(Buffer.of(0xff, 0xc0)) + 4;
    for (const [index, name] of ['R', 'G', 'B'].entries()) {
      noJfif[frame + 6 + index * 3] = name.charCodeAt(0);
    }
    assert.equal(header(noJfif).colourSpace, 'rgb');
  });

  it('takes a JPEG with a scan for each component for one that is decoded as a whole', () => {
    const jpeg = makeJpeg(SIZE);
    jpeg[jpeg.indexOf(Buffer.of(0xff, 0xda)) + 4] = 1;
    assert.equal(header(jpeg).progressive, true);
  });

  it('gives the size as seen under every EXIF orientation of a JPEG, in both byte orders', () => {
    for (const orientation of ORIENTATIONS) {
      for (const littleEndian of [false, true]) {
        const read = header(makeJpeg(SIZE, { segments: [exifSegment(orientation, littleEndian)] }));
        assert.equal(read.orientation, orientation);
        assert.deepEqual(read.size, orientation > 4 ? { width: 20, height: 30 } : SIZE);
      }
    }
  });

  it('finds the orientation of a PNG before and behind the pixels', () => {
    const chunk = pngChunk('eXIf', exifTiff(6));
    for (const png of [
      makeGreyPng(SIZE, { before: [chunk] }),
      makeGreyPng(SIZE, { after: [chunk] }),
    ]) {
      assert.equal(header(png).orientation, 6);
      assert.deepEqual(header(png).size, { width: 20, height: 30 });
    }
  });

  it('takes a senseless orientation for none', () => {
    assert.equal(header(makeJpeg(SIZE, { segments: [exifSegment(0)] })).orientation, 1);
    assert.equal(header(makeJpeg(SIZE, { segments: [exifSegment(9)] })).orientation, 1);
    const cut = jpegSegment(0xe1, 'Exif\0\0MM\0*\0\0\0\x08\0\x09');
    assert.equal(header(makeJpeg(SIZE, { segments: [cut] })).orientation, 1);
  });

  it('reads size, frames and transparency of a GIF', () => {
    assert.deepEqual(header(makeGif({ ...SIZE, frames: 3 })), {
      format: 'gif',
      size: SIZE,
      orientation: 1,
      colourSpace: 'palette',
      lossy: false,
      progressive: false,
      frames: 3,
      alpha: false,
      bitDepth: 1,
    });
    assert.equal(header(makeGif({ ...SIZE, transparentIndex: 1 })).alpha, true);
    assert.equal(header(makeGif({ ...SIZE, frame: { width: 3, height: 3 } })).alpha, true);
  });

  it('says what is wrong with a file', () => {
    assert.deepEqual(failure(new Uint8Array()), { kind: 'fileEmpty' });
    assert.deepEqual(failure(Buffer.from('hello')), { kind: 'notAnImage', looksLike: 'text' });
    assert.deepEqual(failure(Buffer.from('8BPS')), { kind: 'formatUnsupported', format: 'PSD' });
    assert.deepEqual(failure(makeGreyPng(SIZE).subarray(0, 29)), {
      kind: 'imageTruncated',
      format: 'PNG',
    });
    assert.deepEqual(failure(makeJpeg(SIZE).subarray(0, 100)), {
      kind: 'imageTruncated',
      format: 'JPEG',
    });
    assert.deepEqual(failure(makeGif(SIZE).subarray(0, 12)), {
      kind: 'imageTruncated',
      format: 'GIF',
    });
  });

  it('names line ends that were converted, as git does to binary files', () => {
    const converted = Buffer.from(
      makeGreyPng(SIZE).toString('latin1').replace('\r\n', '\n'),
      'latin1',
    );
    const found = failure(converted);
    assert.ok(typeof found === 'object' && found !== null && 'detail' in found);
    assert.match(String(found.detail), /line ends/);
  });

  it('refuses sizes of nothing and frames larger than their picture', () => {
    for (const bytes of [
      makeGreyPng({ width: 0, height: 5 }),
      makeGif({ width: 0, height: 5 }),
      makeGif({ ...SIZE, frame: { width: 31, height: 20 } }),
    ]) {
      const found = failure(bytes);
      assert.ok(typeof found === 'object' && found !== null && 'kind' in found);
      assert.equal(found.kind, 'imageDamaged');
    }
  });

  it('names the kinds of JPEG and PNG that nothing reads', () => {
    const lossless = makeJpeg(SIZE);
    lossless[lossless.indexOf(Buffer.of(0xff, 0xc0)) + 1] = 0xc3;
    assert.deepEqual(failure(lossless), { kind: 'formatUnsupported', format: 'lossless JPEG' });
    const apple = Buffer.concat([
      makeGreyPng(SIZE).subarray(0, 8),
      pngChunk('CgBI', Buffer.alloc(4)),
      makeGreyPng(SIZE).subarray(8),
    ]);
    assert.deepEqual(failure(apple), { kind: 'formatUnsupported', format: 'Apple CgBI PNG' });
  });
});

describe('probe', () => {
  const images = {
    png: makeGreyPng(SIZE, { before: [pngChunk('eXIf', exifTiff(8))] }),
    jpeg: makeJpeg(SIZE, { segments: [exifSegment(8), jpegSegment(0xfe, 'x'.repeat(3000))] }),
    gif: makeGif({ ...SIZE, frames: 2, before: [gifExtension(0xff, 'NETSCAPE2.0', '\x01\0\0')] }),
  };

  it('asks for more bytes until it has what the whole file says', () => {
    for (const [format, bytes] of Object.entries(images)) {
      const whole = header(bytes);
      let length = 16;
      let rounds = 0;
      for (;;) {
        const result = probe(bytes.subarray(0, length), bytes.length);
        assert.notEqual(result.kind, 'failed');
        if (result.kind === 'header') {
          assert.deepEqual(result.header.size, whole.size, format);
          assert.equal(result.header.orientation, whole.orientation);
          break;
        }
        assert.ok(result.kind === 'needMoreBytes' && result.atLeast > length);
        length = result.atLeast;
        rounds += 1;
        assert.ok(rounds < 200, format);
      }
    }
  });

  it('never asks for more than the file has', () => {
    const truncated = images.jpeg.subarray(0, 200);
    assert.equal(probe(truncated, truncated.length).kind, 'failed');
    const asked = probe(images.jpeg.subarray(0, 100), 200);
    const short = probe(Buffer.from('GI'), 200);
    assert.deepEqual(short, { kind: 'needMoreBytes', atLeast: 200 });
    assert.ok(asked.kind === 'needMoreBytes' && asked.atLeast <= 200);
  });

  it('never throws and always settles, whatever the bytes', () => {
    const mutated = fc
      .tuple(
        fc.constantFrom(...Object.values(images)),
        fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { maxLength: 6 }),
        fc.nat(4000),
      )
      .map(([image, changes, length]) => {
        const bytes = Uint8Array.from(image);
        for (const [at, value] of changes) {
          bytes[at % bytes.length] = value;
        }
        return bytes.subarray(0, length);
      });
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 400 }), mutated),
        fc.nat(5000),
        (bytes, more) => {
          probeWhole(bytes);
          const result = probe(bytes, bytes.length + more);
          if (result.kind === 'needMoreBytes') {
            assert.ok(result.atLeast > bytes.length && result.atLeast <= bytes.length + more);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});
