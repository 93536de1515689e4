import assert from 'node:assert/strict';
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import sharp from 'sharp';
import {
  isSrgbProfile,
  profileColourSpace,
  readColourProfile,
} from '../../../src/core/formats/colourProfile.ts';
import type { Inflate } from '../../../src/core/formats/colourProfile.ts';
import { withColourProfile } from '../../../src/core/formats/embedProfile.ts';
import type { ReadableFormat } from '../../../src/core/formats/formats.ts';
import { probeWhole } from '../../../src/core/formats/probe.ts';
import { box, heifFile, ispe, text } from './makeHeaders.ts';

const inflate: Inflate = (bytes) => {
  try {
    return inflateSync(bytes);
  } catch (error) {
    assert.ok(error instanceof Error && 'code' in error);
    return undefined;
  }
};
const TOOLS = { deflate: (bytes: Uint8Array) => deflateSync(bytes), crc32 };

const create = {
  width: 30,
  height: 20,
  channels: 4,
  background: { r: 220, g: 40, b: 90, alpha: 0.5 },
} as const;
const FORMATS = ['jpeg', 'png', 'webp', 'tiff'] as const;

async function make(format: (typeof FORMATS)[number], profile?: string): Promise<Buffer> {
  const picture = sharp({ create });
  return (profile === undefined ? picture : picture.withIccProfile(profile))
    .toFormat(format)
    .toBuffer();
}

/** What libvips finds. */
async function profileOf(bytes: Uint8Array): Promise<Buffer> {
  const { icc } = await sharp(bytes).metadata();
  assert.ok(icc);
  return icc;
}

/** The same profile with so much more at its end that it takes several segments of a JPEG. */
function lengthen(profile: Uint8Array, by = 150_000): Buffer {
  const long = Buffer.concat([profile, Buffer.alloc(by, 'x')]);
  long.writeUInt32BE(long.length, 0);
  return long;
}

describe('readColourProfile', () => {
  for (const format of FORMATS) {
    it(`finds what libvips finds in a ${format} file`, async () => {
      const file = await make(format, 'p3');
      const profile = readColourProfile(file, format, inflate);
      assert.ok(profile);
      assert.deepEqual(Buffer.from(profile), await profileOf(file));
      assert.equal(readColourProfile(await make(format), format, inflate), undefined);
    });
  }

  it('finds the profile of the primary picture of a HEIC', async () => {
    const profile = await profileOf(await make('png', 'p3'));
    const colr = (kind: string): Buffer => box('colr', text(kind), profile);
    const read = (...properties: readonly Buffer[]): Uint8Array | undefined =>
      readColourProfile(heifFile({ properties: [ispe(3, 2), ...properties] }), 'heic', inflate);
    assert.deepEqual(Buffer.from(read(colr('prof')) ?? []), profile);
    assert.deepEqual(Buffer.from(read(colr('nclx'), colr('rICC')) ?? []), profile);
    assert.equal(read(colr('nclx')), undefined);
    assert.equal(read(), undefined);
  });

  it('finds none that is broken or missing a part', async () => {
    const long = lengthen(await profileOf(await make('png', 'p3')));
    const jpeg = withColourProfile(Uint8Array.from(await make('jpeg')), 'image/jpeg', long, TOOLS);
    assert.deepEqual(Buffer.from(readColourProfile(jpeg, 'jpeg', inflate) ?? []), long);
    const second = Buffer.from(jpeg).indexOf('ICC_PROFILE\0\x02');
    jpeg[second] = 0;
    assert.equal(readColourProfile(jpeg, 'jpeg', inflate), undefined);
    const png = await make('png', 'p3');
    png[png.indexOf('iCCP') + 20] = 0xff;
    assert.equal(readColourProfile(png, 'png', inflate), undefined);
  });

  it('never throws, whatever the bytes', async () => {
    const files = await Promise.all(FORMATS.map((format) => make(format, 'p3')));
    const formats: readonly ReadableFormat[] = [...FORMATS, 'heic', 'avif', 'gif', 'svg'];
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat(1500), fc.nat(255)), { maxLength: 6 }),
        fc.constantFrom(...formats),
        fc.nat(3000),
        (file, changes, format, length) => {
          const bytes = Uint8Array.from(file.subarray(0, length));
          for (const [at, value] of changes) {
            bytes[at] = value;
          }
          const profile = readColourProfile(bytes, format, inflate);
          if (profile) {
            profileColourSpace(profile);
            isSrgbProfile(profile);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('what a colour profile says', () => {
  it('is the colour space', async () => {
    const spaceOf = async (name: string): Promise<string> =>
      profileColourSpace(await profileOf(await make('jpeg', name)));
    assert.equal(await spaceOf('p3'), 'rgb');
    assert.equal(await spaceOf('srgb'), 'rgb');
    assert.equal(await spaceOf('cmyk'), 'cmyk');
    assert.equal(profileColourSpace(Buffer.concat([Buffer.alloc(16), text('GRAY')])), 'grey');
    assert.equal(profileColourSpace(Buffer.alloc(10)), 'other');
  });

  it('is whether it is sRGB, in both ways to write a description', async () => {
    assert.equal(isSrgbProfile(await profileOf(await make('jpeg', 'srgb'))), true);
    assert.equal(isSrgbProfile(await profileOf(await make('jpeg', 'p3'))), false);
    assert.equal(isSrgbProfile(await profileOf(await make('jpeg', 'cmyk'))), false);
    const described = (description: Buffer): Buffer => {
      const profile = Buffer.alloc(144);
      profile.write('RGB ', 16, 'latin1');
      profile.writeUInt32BE(1, 128);
      profile.write('desc', 132, 'latin1');
      profile.writeUInt32BE(144, 136);
      profile.writeUInt32BE(description.length, 140);
      return Buffer.concat([profile, description]);
    };
    const wide = Buffer.from('sRGB IEC61966-2.1', 'utf16le').swap16();
    assert.equal(isSrgbProfile(described(text('sRGB IEC61966-2.1'))), true);
    assert.equal(isSrgbProfile(described(wide)), true);
    for (const other of ['scRGB', 'linear sRGB', 'sRGB-elle-V2-g10.icc', 'Adobe RGB (1998)']) {
      assert.equal(isSrgbProfile(described(text(other))), false, other);
    }
  });
});

describe('withColourProfile', () => {
  const targets = ['jpeg', 'png', 'webp'] as const;

  for (const format of targets) {
    it(`puts a profile of any length into a ${format} file and leaves the pixels alone`, async () => {
      const p3 = await profileOf(await make('png', 'p3'));
      // An odd length is padded in a WebP; libpng takes multiples of four only.
      const lengths = format === 'png' ? [0, 4, 150_000] : [0, 1, 150_001];
      for (const profile of lengths.map((by) => lengthen(p3, by))) {
        const bare = Uint8Array.from(await make(format));
        const file = withColourProfile(bare, `image/${format}`, profile, TOOLS);
        assert.deepEqual(await profileOf(file), profile);
        const raw = async (bytes: Uint8Array): Promise<Buffer> =>
          sharp(bytes, { ignoreIcc: true, failOn: 'warning' }).raw().toBuffer();
        assert.deepEqual(await raw(file), await raw(bare));
        assert.deepEqual(probeWhole(file), probeWhole(bare));
      }
    });
  }

  it('keeps the transparency of a lossless WebP, which has a container of one chunk', async () => {
    const profile = await profileOf(await make('png', 'p3'));
    const bare = Uint8Array.from(await sharp({ create }).webp({ lossless: true }).toBuffer());
    const file = withColourProfile(bare, 'image/webp', profile, TOOLS);
    const { hasAlpha, icc } = await sharp(file).metadata();
    assert.deepEqual([hasAlpha, icc], [true, profile]);
  });

  it('gives back what takes no profile', async () => {
    const profile = await profileOf(await make('png', 'p3'));
    const gif = Uint8Array.from(await sharp({ create }).gif().toBuffer());
    assert.equal(withColourProfile(gif, 'image/gif', profile, TOOLS), gif);
    const nothing = new Uint8Array(3);
    for (const mediaType of ['image/png', 'image/jpeg', 'image/webp'] as const) {
      assert.equal(withColourProfile(nothing, mediaType, profile, TOOLS), nothing);
    }
  });
});
