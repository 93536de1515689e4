import type { ImageTarget } from '../../src/core/plan/plan.ts';
import { decodedPixels, libvipsPixels, psnr, ssim } from './compare.ts';
import { inputFile, readInput, type InputName } from './inputs.ts';
import { median, row, type Limit, type Measure, type Row } from './measure.ts';
import { PreparerProcess } from './preparerProcess.ts';
import type { Prepared, Preparer, Wanted } from './preparerTasks.ts';
import { defaultTarget, STANDARD } from './targets.ts';
import { wantedOutput } from './wantedOutput.ts';

/** What each of them works before it is measured: V8 takes as long to compile what is hot. */
const WARM_UP_MS = 2000;
const FEWEST_WARM_UPS = 3;
const ROUNDS = 7;

/** Inputs of one kind, and how much slower than sharp and faster than stock jimp we are to be. */
interface Class {
  readonly name: string;
  readonly input: InputName;
  readonly ratio: Limit;
  /** Absent where stock jimp cannot read the format. */
  readonly stock?: { readonly limit: Limit };
}

const FAST = { ratio: 1.5, stock: { limit: { atLeast: 6 } } } as const;
const OTHERS = { ratio: 3, stock: { limit: undefined } } as const;

const CLASSES: readonly Class[] = [
  { name: 'jpeg12', input: 'jpeg12.jpg', ...FAST },
  { name: 'jpeg24', input: 'jpeg24.jpg', ...FAST },
  { name: 'png4k', input: 'png4k.png', ...FAST },
  { name: 'progressive12', input: 'progressive12.jpg', ...OTHERS },
  { name: 'alpha1080', input: 'alpha1080.png', ...OTHERS },
  { name: 'palette4k', input: 'palette4k.png', ...OTHERS },
  { name: 'png16', input: 'png16.png', ...OTHERS },
  { name: 'webp12', input: 'webp12.webp', ratio: 3 },
  { name: 'tiff', input: 'tiff.tiff', ...OTHERS, ratio: undefined },
];

/** The whole pipeline, warm, side by side in a process for each. */
export const prepare: readonly Measure[] = [
  ...CLASSES.map(({ name, input, ratio, stock }): Measure => ({
    names: [`prepare.${name}.ratio`, ...(stock ? [`prepare.${name}.stock`] : [])],
    run: async () => {
      const compared = await sideBySide(
        input,
        STANDARD,
        stock ? ['ours', 'sharp', 'stock'] : ['ours', 'sharp'],
      );
      return [
        ratioRow(`prepare.${name}.ratio`, compared, ratio),
        ...(stock ? [stockRow(`prepare.${name}.stock`, compared, stock.limit)] : []),
      ];
    },
  })),
  ...CLASSES.filter(({ name }) => ['jpeg12', 'jpeg24', 'png4k'].includes(name)).map(
    ({ name, input }): Measure => ({
      names: [`prepare.${name}.native.ratio`],
      run: async () => {
        const compared = await sideBySide(input, await defaultTarget(), ['ours', 'sharp']);
        return [ratioRow(`prepare.${name}.native.ratio`, compared, undefined)];
      },
    }),
  ),
];

/** How one of them did. */
interface Result {
  readonly preparer: Preparer;
  /** Milliseconds, the median. */
  readonly ms: number;
  readonly bytes: number;
  /** Of the prepared picture against what libvips makes of the pixels, before it is encoded. */
  readonly psnr: number;
  readonly ssim: number;
}

interface Compared {
  readonly wanted: Wanted;
  readonly results: readonly Result[];
}

async function sideBySide(
  input: InputName,
  target: ImageTarget,
  preparers: readonly Preparer[],
): Promise<Compared> {
  const file = await inputFile(input);
  const bytes = await readInput(input);
  const wanted = await wantedOutput(file, bytes, target);
  await using stack = new AsyncDisposableStack();
  const runs: { preparer: Preparer; process: PreparerProcess; outputs: Prepared[] }[] = [];
  for (const preparer of preparers) {
    runs.push({ preparer, process: stack.use(await PreparerProcess.start()), outputs: [] });
  }
  const prepareOnce = async ({ preparer, process }: (typeof runs)[number]): Promise<Prepared> =>
    await process.run({ kind: 'prepare', preparer, file, target, wanted });
  for (const run of runs) {
    let worked = 0;
    for (let round = 0; round < FEWEST_WARM_UPS || worked < WARM_UP_MS; round += 1) {
      worked += (await prepareOnce(run)).ms;
    }
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const run of runs) {
      run.outputs.push(await prepareOnce(run));
    }
  }
  const reference = await libvipsPixels(bytes, wanted.size);
  const results: Result[] = [];
  for (const { preparer, outputs } of runs) {
    const [first, ...others] = outputs;
    if (!first) {
      throw new RangeError('There was no round.');
    }
    const pixels = await decodedPixels(first.bytes);
    results.push({
      preparer,
      ms: median([first, ...others].map(({ ms }) => ms)),
      bytes: first.bytes.length,
      psnr: psnr(pixels, reference),
      ssim: ssim(pixels, reference),
    });
  }
  return { wanted, results };
}

function ratioRow(name: string, compared: Compared, limit: Limit): Row {
  return row(
    name,
    timeOf(compared, 'ours') / timeOf(compared, 'sharp'),
    'x',
    limit,
    noteOf(compared),
    {
      ...compared,
    },
  );
}

function stockRow(name: string, compared: Compared, limit: Limit): Row {
  const factor = timeOf(compared, 'stock') / timeOf(compared, 'ours');
  return row(name, factor, 'x', limit, 'stock jimp / ours, of the same rounds');
}

function timeOf({ results }: Compared, preparer: Preparer): number {
  return results.find((result) => result.preparer === preparer)?.ms ?? Number.NaN;
}

function noteOf({ wanted: { size, mediaType, quality }, results }: Compared): string {
  const each = (figure: (result: Result) => string): string => results.map(figure).join(' / ');
  const kind = mediaType === 'image/jpeg' ? `JPEG ${quality}` : mediaType;
  return [
    `${each(({ preparer }) => preparer)}: ${each(({ ms }) => ms.toFixed(0))} ms`,
    `${each(({ bytes }) => (bytes / 1024).toFixed(0))} KB`,
    `${each((result) => result.psnr.toFixed(1))} dB`,
    `SSIM ${each((result) => result.ssim.toFixed(3))}`,
    `${size.width}x${size.height} ${kind}`,
  ].join(', ');
}
