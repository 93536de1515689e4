import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { after, before, describe, it } from 'mocha';
import sharp from 'sharp';
import { planImage } from '../../../src/core/plan/plan.ts';
import type { ImageTarget } from '../../../src/core/plan/plan.ts';
import type { PreparedImageBytes } from '../../../src/core/plan/preparedImage.ts';
import { probe, PROBE_BYTES } from '../../../src/core/formats/probe.ts';
import { ImagePreparer } from '../../../src/imaging/prepareImage.ts';

/** Image files of other people's making, where they lie beside the project. */
const CORPUS = resolve(import.meta.dirname, '../../../../shared/corpus');
const FILES = globSync('**/*.*', { cwd: CORPUS }).filter((file) => !/LICENSE|\.md$/.test(file));
const NEVER = new AbortController().signal;

describe('the corpus', function suite() {
  this.timeout(60_000);
  let preparer: ImagePreparer;

  before(function start() {
    if (!existsSync(CORPUS)) {
      this.skip();
    }
    preparer = new ImagePreparer({
      workerFile: new URL('../../cli/imageWorker.js', import.meta.url),
    });
  });
  after(() => {
    preparer?.dispose();
  });

  async function prepare(file: string, target: ImageTarget): Promise<PreparedImageBytes | string> {
    const result = await preparer.prepare(readFileSync(join(CORPUS, file)), target, NEVER);
    return result.ok ? result.value : result.error.kind;
  }

  /** Whether a file is read, and then that what is said of the result is what libvips reads. */
  async function isAccepted(file: string, target: ImageTarget): Promise<boolean> {
    const outcome = await prepare(file, target);
    if (typeof outcome === 'string') {
      assert.match(outcome, /^(formatUnsupported|imageDamaged|imageTruncated)$/, file);
      return false;
    }
    const { image, bytes } = outcome;
    const { width, height, format } = await sharp(bytes).metadata();
    await sharp(bytes, { failOn: 'error' }).resize(8, 8).raw().toBuffer();
    assert.deepEqual([width, height], [image.width, image.height], file);
    assert.equal(`image/${format}`, image.mediaType, file);
    assert.equal(image.tokens, Math.ceil(width / 28) * Math.ceil(height / 28), file);
    assert.equal(await predictedTokens(file, target), image.tokens, file);
    return true;
  }

  for (const model of ['claude-sonnet-5-5', 'claude-haiku-4-5']) {
    it(`is prepared for ${model} with the tokens that were predicted, or refused by name`, async () => {
      const target = { model, imagesInRequest: 1 };
      const accepted = await Promise.all(FILES.map((file) => isAccepted(file, target)));
      const count = accepted.filter(Boolean).length;
      assert.ok(count >= 58, `only ${count} are read`);
    });
  }

  it('is upright: every orientation of a photograph comes to the same picture', async () => {
    const target = { model: 'claude-haiku-4-5', imagesInRequest: 1 };
    for (const picture of ['Landscape', 'Portrait']) {
      const files = FILES.filter((name) => basename(name).startsWith(`${picture}_`));
      const pixels = await Promise.all(
        files.map(async (file) => {
          const outcome = await prepare(file, target);
          assert.ok(typeof outcome !== 'string', file);
          const { exif } = await sharp(outcome.bytes).metadata();
          assert.equal(exif, undefined, `${file} keeps its metadata`);
          return await sharp(outcome.bytes).resize(60, 60, { fit: 'fill' }).raw().toBuffer();
        }),
      );
      assert.equal(pixels.length, 9);
      const [first = Buffer.alloc(0), ...others] = pixels;
      for (const other of others) {
        const sum = other.reduce(
          (total, value, at) => total + Math.abs(value - (first[at] ?? 0)),
          0,
        );
        assert.ok(sum / other.length < 6, `${picture}: ${sum / other.length} apart`);
      }
    }
  });
});

/** The tokens of the plan that is made of the first bytes alone. */
async function predictedTokens(file: string, target: ImageTarget): Promise<number> {
  const bytes = readFileSync(join(CORPUS, file));
  let probed = probe(bytes.subarray(0, PROBE_BYTES), bytes.length);
  for (let reads = 0; probed.kind === 'needMoreBytes' && reads < 4; reads += 1) {
    probed = probe(bytes.subarray(0, probed.atLeast), bytes.length);
  }
  assert.ok(probed.kind === 'header', file);
  const plan = planImage(probed.header, bytes.length, target);
  assert.ok(plan.kind !== 'refuse', file);
  const { width, height } = plan.kind === 'keep' ? probed.header.size : plan.steps[0].size;
  return Math.ceil(width / 28) * Math.ceil(height / 28);
}
