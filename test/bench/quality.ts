// The codecs are read from their sources.
import '../support/importFiles.js';
import type { Size } from '../../src/core/formats/imageHeader.ts';
import {
  decodedPixels,
  flattenedPixels,
  libvipsPixels,
  psnr,
  ssim,
  type Pixels,
} from './compare.ts';
import { inputFile, readInput, type InputName } from './inputs.ts';
import { row, type Measure } from './measure.ts';
import { runAlone } from './preparerProcess.ts';
import { STANDARD } from './targets.ts';
import { wantedOutput } from './wantedOutput.ts';
import { aliasResidue, SMALL_ZONE_PLATE } from './zonePlate.ts';

const PHOTOGRAPHS = ['jpeg12.jpg', 'jpeg24.jpg', 'progressive12.jpg'] as const;

/** Pixels, decoded and shrunk but not yet encoded, against those of libvips. */
export const quality: readonly Measure[] = [
  {
    names: ['quality.photo', 'quality.photo.ssim'],
    run: async () => {
      const noises: number[] = [];
      const similarities: number[] = [];
      for (const name of PHOTOGRAPHS) {
        const file = await readInput(name);
        const { size } = await wantedOutput(await inputFile(name), file, STANDARD);
        const ours = await ourPixels(file, size);
        const theirs = await libvipsPixels(file, size);
        noises.push(psnr(ours, theirs));
        similarities.push(ssim(ours, theirs));
      }
      const note = (figures: readonly number[], digits: number): string =>
        `the worst of ${PHOTOGRAPHS.map((name, index) => `${name} ${figures[index]?.toFixed(digits)}`).join(', ')}`;
      return [
        row('quality.photo', Math.min(...noises), 'dB', { atLeast: 34 }, note(noises, 1)),
        row(
          'quality.photo.ssim',
          Math.min(...similarities),
          '',
          { atLeast: 0.97 },
          note(similarities, 4),
        ),
      ];
    },
  },
  {
    names: ['quality.screenshot'],
    run: async () => {
      const file = await inputFile('png4k.png');
      const bytes = await readInput('png4k.png');
      const wanted = await wantedOutput(file, bytes, STANDARD);
      const task = { kind: 'prepare', preparer: 'ours', file, target: STANDARD, wanted } as const;
      const ours = await decodedPixels((await runAlone(task)).bytes);
      const theirs = await libvipsPixels(bytes, wanted.size);
      const note = `the prepared ${wanted.mediaType} of a 4K screenshot; SSIM ${ssim(ours, theirs).toFixed(4)}`;
      return [row('quality.screenshot', psnr(ours, theirs), 'dB', { atLeast: 45 }, note)];
    },
  },
  {
    names: ['quality.zoneplate', 'quality.zoneplate.jpeg'],
    run: async () => [
      await zonePlateRow('quality.zoneplate', 'zonePlate.png'),
      await zonePlateRow('quality.zoneplate.jpeg', 'zonePlate.jpg'),
    ],
  },
];

/**
 * An area average, which blurs and still lets moire through, leaves 15; 90 is what pixels leave that
 * are picked without a filter.
 */
const ALIAS_LIMIT = 10;

async function zonePlateRow(name: string, input: InputName) {
  const file = await readInput(input);
  const size = { width: SMALL_ZONE_PLATE, height: SMALL_ZONE_PLATE };
  const ours = aliasResidue((await ourPixels(file, size)).data, 3);
  const theirs = aliasResidue((await libvipsPixels(file, size)).data, 3);
  const note = `RMS of rings that should be grey, in steps of 8 bits; sharp leaves ${theirs.toFixed(1)}`;
  return row(name, ours, 'steps', ALIAS_LIMIT, note, { ours, sharp: theirs });
}

async function ourPixels(file: Buffer, target: Size): Promise<Pixels> {
  const { forEveryFormat, Jimp } = await import('../../src/imaging/codecs.ts');
  const { bitmap } = await Jimp.fromBuffer(file, forEveryFormat({ target }));
  return await flattenedPixels(bitmap);
}
