import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { success } from '../../../src/core/result.ts';
import { ImagePreparer } from '../../../src/imaging/prepareImage.ts';
import { mutate, randomOf } from '../../cli/fuzzMutate.ts';
import { MAX_MEMORY, peakMemory, runFuzz } from '../../cli/fuzzRun.ts';
import { makeSeeds } from '../../cli/fuzzSeeds.ts';
import type { FuzzSeed } from '../../cli/fuzzSeeds.ts';

const CASES = 500;
const SEED = 20;

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

describe('damaged files', () => {
  let seeds: readonly FuzzSeed[];

  before(async () => {
    seeds = await makeSeeds();
  });

  it(`are accepted or refused with a named kind, ${CASES} of them`, async function fuzz() {
    this.timeout(60_000);
    const preparer = new ImagePreparer({
      workerFile: new URL('../../cli/imageWorker.js', import.meta.url),
    });
    const outcomes = new Set<string>();
    const findings = await runFuzz({
      seeds,
      seed: SEED,
      indexes: upTo(CASES),
      preparer,
      onEnd: ({ outcome }) => outcomes.add(outcome),
    }).finally(() => {
      preparer.dispose();
    });
    assert.deepEqual(
      findings.map(({ index, file, problems }) => ({
        index,
        seedName: file.seedName,
        mutation: file.mutation,
        problems,
      })),
      [],
    );
    assert.ok(peakMemory() < MAX_MEMORY);
    // Cases that all end at the first bytes would find nothing.
    for (const expected of ['kept', 'transcoded', 'imageDamaged', 'imageTruncated'] as const) {
      assert.ok(outcomes.has(expected), expected);
    }
  });

  it('are the same for the same seed and index, and others for others', () => {
    const make = (seed: number, index: number) => mutate(seeds, randomOf(seed, index));
    assert.deepEqual(make(1, 7), make(1, 7));
    assert.notDeepEqual(make(1, 7), make(2, 7));
    const damages = upTo(100).map((index) => make(1, index));
    const different = new Set(damages.map(({ seedName, mutation }) => `${seedName} ${mutation}`));
    assert.ok(different.size > 90);
  });

  it('are found when they crash a thread, or when another picture is sent than is claimed', async () => {
    const [png] = seeds;
    assert.ok(png);
    const failing = {
      prepare: () =>
        Promise.resolve({ ok: false, error: { kind: 'preparationCrashed', detail: '' } } as const),
      prepareTiles: () => Promise.resolve(success([])),
    };
    const image = {
      sha256: '',
      mediaType: 'image/jpeg',
      width: 1,
      height: 1,
      byteLength: 1,
      tokens: 1,
      notes: [],
    } as const;
    const lying = {
      ...failing,
      prepare: () => Promise.resolve(success({ image, bytes: png.bytes })),
    };
    const find = (preparer: typeof failing | typeof lying) =>
      runFuzz({ seeds, seed: SEED, indexes: upTo(1), preparer });
    const [crashed] = await find(failing);
    assert.equal(crashed?.outcome, 'preparationCrashed');
    const [lied] = await find(lying);
    assert.deepEqual(
      lied?.problems.map((problem) => problem.split(':')[0]),
      ['bytes', 'media type', 'width', 'height', 'tokens'],
    );
  });
});
