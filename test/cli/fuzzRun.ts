import process from 'node:process';
import sharp from 'sharp';
import { base64Length } from '../../src/core/bytes.ts';
import type { ImageFailure } from '../../src/core/failure.ts';
import { limitsOf } from '../../src/core/plan/limits.ts';
import { mediaTypeOf } from '../../src/core/plan/mediaType.ts';
import { modelOf } from '../../src/core/plan/models.ts';
import { planImage } from '../../src/core/plan/plan.ts';
import type { ImageTarget } from '../../src/core/plan/plan.ts';
import type { PreparedImageBytes } from '../../src/core/plan/preparedImage.ts';
import { probeWhole } from '../../src/core/formats/probe.ts';
import type { Result } from '../../src/core/result.ts';
import { imageTokens } from '../../src/core/plan/visualTokens.ts';
import type { ImagePreparer } from '../../src/imaging/prepareImage.ts';
import { inOrder } from './inOrder.ts';
import { mutate, randomOf } from './fuzzMutate.ts';
import type { MutatedFile, Random } from './fuzzMutate.ts';
import type { FuzzSeed } from './fuzzSeeds.ts';

type Preparer = Pick<ImagePreparer, 'prepare' | 'prepareTiles'>;

export interface FuzzOptions {
  readonly seeds: readonly FuzzSeed[];
  /** Of the random numbers: the same seed and index make the same file. */
  readonly seed: number;
  /** The cases to run. */
  readonly indexes: Iterable<number>;
  readonly preparer: Preparer;
  /** Called before and after each case. */
  readonly onBegin?: (index: number) => void;
  readonly onEnd?: (report: CaseReport) => void;
}

export interface CaseReport {
  readonly index: number;
  readonly file: MutatedFile;
  readonly target: ImageTarget;
  /** The kind of the refusal, or what became of an accepted file. */
  readonly outcome: ImageFailure['kind'] | 'kept' | 'keptDamaged' | 'transcoded' | 'threw';
  /** Milliseconds of the longest preparation. */
  readonly duration: number;
  /** What is wrong with how the file was treated; empty when all is well. */
  readonly problems: readonly string[];
}

/** As many as threads: a case does not wait, so that its time is its own. */
const CASES_AT_ONCE = 2;
const MAX_MILLISECONDS = 10_000;

/**
 * Bytes of the whole process: what the pool allows its jobs together, and half a gigabyte for the
 * rest, the checks of this program included.
 */
export const MAX_MEMORY = 2048 * 1024 * 1024;

/** Most bytes that this process, its threads included, has ever held. */
export function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}

/** Mutates and prepares files, and tells of each what came of it, in order. */
export async function runFuzz(options: FuzzOptions): Promise<readonly CaseReport[]> {
  const { seeds, seed, indexes, preparer, onBegin, onEnd } = options;
  const findings: CaseReport[] = [];
  const cases = inOrder(indexes, CASES_AT_ONCE, async (index): Promise<CaseReport> => {
    const random = randomOf(seed, index);
    const file = mutate(seeds, random);
    const target = chooseTarget(random);
    onBegin?.(index);
    const timed = new TimedPreparer(preparer);
    const checked = await checkCase(file, target, timed);
    const duration = timed.longest;
    const tooSlow = duration > MAX_MILLISECONDS ? [`took ${Math.round(duration)} ms`] : [];
    return {
      ...checked,
      index,
      file,
      target,
      duration,
      problems: [...checked.problems, ...tooSlow],
    };
  });
  for await (const report of cases) {
    onEnd?.(report);
    if (report.problems.length > 0) {
      findings.push(report);
    }
  }
  return findings;
}

/** Takes the time of preparations alone: the checks that follow may be slow. */
class TimedPreparer implements Preparer {
  /** Milliseconds. */
  longest = 0;
  readonly #preparer: Preparer;

  constructor(preparer: Preparer) {
    this.#preparer = preparer;
  }

  prepare(...args: Parameters<Preparer['prepare']>): ReturnType<Preparer['prepare']> {
    return this.#time(() => this.#preparer.prepare(...args));
  }

  prepareTiles(
    ...args: Parameters<Preparer['prepareTiles']>
  ): ReturnType<Preparer['prepareTiles']> {
    return this.#time(() => this.#preparer.prepareTiles(...args));
  }

  async #time<T>(work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.longest = Math.max(this.longest, performance.now() - start);
    }
  }
}

function chooseTarget(random: Random): ImageTarget {
  return {
    model: random(2) === 0 ? 'claude-sonnet-5-5' : 'claude-haiku-4-5',
    imagesInRequest: random(4) === 0 ? 21 : 1,
    // Wide seeds are decoded with `low` only, and kept otherwise.
    detail: random(2) === 0 ? 'low' : 'native',
  };
}

type Checked = Pick<CaseReport, 'outcome' | 'problems'>;

const NEVER = new AbortController().signal;

async function checkCase(
  { bytes }: MutatedFile,
  target: ImageTarget,
  preparer: Preparer,
): Promise<Checked> {
  try {
    const whole = await preparer.prepare(bytes, target, NEVER);
    const checked = await checkOutcome(whole, bytes, target);
    const probed = probeWhole(bytes);
    const plan = probed.ok ? planImage(probed.value, bytes.length, target) : undefined;
    if (checked.outcome !== 'transcoded' || plan?.kind !== 'transcode' || !plan.tiles) {
      return checked;
    }
    const problems = await checkTiles(plan.tiles.tiles.length, bytes, target, preparer);
    return { ...checked, problems: [...checked.problems, ...problems] };
  } catch (error) {
    return { outcome: 'threw', problems: [error instanceof Error ? String(error.stack) : 'threw'] };
  }
}

async function checkTiles(
  count: number,
  bytes: Uint8Array,
  target: ImageTarget,
  preparer: Preparer,
): Promise<readonly string[]> {
  const tiles = await preparer.prepareTiles(bytes, target, NEVER);
  if (!tiles.ok) {
    return [`tiles failed, the whole did not: ${JSON.stringify(tiles.error)}`];
  }
  const examined = await Promise.all(tiles.value.map((tile) => examine(tile, target)));
  return [
    ...(tiles.value.length === count ? [] : [`${tiles.value.length} tiles of ${count}`]),
    ...examined.flatMap(({ mismatches, damage }) => [...mismatches, ...damage]),
  ];
}

async function checkOutcome(
  result: Result<PreparedImageBytes, ImageFailure>,
  bytes: Uint8Array,
  target: ImageTarget,
): Promise<Checked> {
  if (!result.ok) {
    const { kind } = result.error;
    const isFinding = kind === 'preparationCrashed' || kind === 'preparationTimedOut';
    return { outcome: kind, problems: isFinding ? [JSON.stringify(result.error)] : [] };
  }
  const { mismatches, damage } = await examine(result.value, target);
  if (!wasKept(bytes, result.value, target)) {
    return { outcome: 'transcoded', problems: [...mismatches, ...damage] };
  }
  // What is kept is not decoded, so damage in its pixels goes unseen.
  return { outcome: damage.length > 0 ? 'keptDamaged' : 'kept', problems: mismatches };
}

/** Whether the pixels went as they were, undecoded. */
function wasKept(bytes: Uint8Array, { image }: PreparedImageBytes, target: ImageTarget): boolean {
  const probed = probeWhole(bytes);
  return (
    probed.ok &&
    image.mediaType === mediaTypeOf(probed.value.format) &&
    planImage(probed.value, image.byteLength, target).kind === 'keep'
  );
}

interface Examined {
  /** Claims that are wrong. */
  readonly mismatches: readonly string[];
  /** Why the picture cannot be decoded, or not without a warning. */
  readonly damage: readonly string[];
}

/** Holds what is claimed of a prepared picture against what another decoder finds in its bytes. */
async function examine(
  { image, bytes }: PreparedImageBytes,
  target: ImageTarget,
): Promise<Examined> {
  const mismatches: string[] = [];
  const expect = (what: string, claimed: string | number, found: string | number): void => {
    if (claimed !== found) {
      mismatches.push(`${what}: claimed ${claimed}, found ${found}`);
    }
  };
  expect('bytes', image.byteLength, bytes.length);
  if (base64Length(bytes.length) > limitsOf('anthropic').imageBase64Bytes) {
    mismatches.push(`${bytes.length} bytes are over the limit`);
  }
  try {
    const { format, width, height } = await sharp(bytes, { failOn: 'none' }).metadata();
    expect('media type', image.mediaType, `image/${format}`);
    expect('width', image.width, width);
    expect('height', image.height, height);
    expect('tokens', image.tokens, imageTokens({ width, height }, modelOf(target.model)));
    await sharp(bytes, { failOn: 'warning' }).raw().toBuffer();
    return { mismatches, damage: [] };
  } catch (error) {
    return { mismatches, damage: [error instanceof Error ? error.message : String(error)] };
  }
}
