import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'mocha';
import type { ErrorRow, PreparedRow, Row } from '../../cli/inspectFile.ts';
import {
  exifSegment,
  makeGif,
  makeGreyPng,
  makeJpeg,
  makePng,
  pngChunk,
} from '../imaging/makeImages.ts';

const INSPECT = join(import.meta.dirname, '../../cli/inspect.ts');

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('inspect', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inspect-'));
    const files: Readonly<Record<string, Uint8Array>> = {
      'plain.png': makeGreyPng({ width: 300, height: 200 }),
      'commented.png': makeGreyPng(
        { width: 300, height: 200 },
        { before: [pngChunk('tEXt', Buffer.from('Author\0SECRET'))] },
      ),
      'turned.jpg': makeJpeg({ width: 40, height: 30 }, { segments: [exifSegment(6)] }),
      'wrong.txt': makeGif({ width: 20, height: 10, frames: 3 }),
      'page.png': makeGreyPng({ width: 200, height: 9000 }),
      'other/plain.png': makeGreyPng({ width: 10, height: 10 }),
      'empty.png': new Uint8Array(),
      'text.png': Buffer.from('no picture at all'),
      'huge.png': makePng({ width: 30_000, height: 30_000, rows: new Uint8Array(10) }),
    };
    for (const [name, bytes] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), bytes);
    }
  });

  after(() => rm(folder, { recursive: true, force: true }));

  async function run(...args: readonly string[]): Promise<Outcome> {
    const child = spawn(process.execPath, [INSPECT, ...args], { cwd: folder });
    const [stdout, stderr, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise<number | null>((resolve) => {
        child.on('close', resolve);
      }),
    ]);
    return { code, stdout, stderr };
  }

  async function rowsOf(...args: readonly string[]): Promise<readonly Row[]> {
    const { code, stdout, stderr } = await run(...args);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.ok(stdout.endsWith('\n'));
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Row);
  }

  it('tells in the order of the files what would be sent', async () => {
    const rows = await rowsOf('plain.png', 'commented.png', 'turned.jpg', 'wrong.txt');
    assert.deepEqual(
      rows.map((row) => [row.file, 'action' in row && [row.action, row.format, row.mediaType]]),
      [
        ['plain.png', ['keep', 'png', 'image/png']],
        ['commented.png', ['strip', 'png', 'image/png']],
        ['turned.jpg', ['transcode', 'jpeg', 'image/jpeg']],
        ['wrong.txt', ['keep', 'gif', 'image/gif']],
      ],
    );
    const bytes = await readFile(join(folder, 'plain.png'));
    assert.deepEqual(rows[0], {
      file: 'plain.png',
      format: 'png',
      width: 300,
      height: 200,
      orientation: 1,
      frames: 1,
      action: 'keep',
      mediaType: 'image/png',
      sentWidth: 300,
      sentHeight: 200,
      bytes: bytes.length,
      base64Bytes: bytes.toString('base64').length,
      tokens: 11 * 8,
      costUsd: 0.000176,
      notes: [],
      sha256: createHash('sha256').update(bytes).digest('hex'),
    } satisfies PreparedRow);
  });

  it('tells width and height as seen, frames, and what was done in English', async () => {
    const [turned, animated] = (await rowsOf('turned.jpg', 'wrong.txt')) as PreparedRow[];
    assert.deepEqual(
      [turned?.width, turned?.height, turned?.sentWidth, turned?.orientation],
      [30, 40, 30, 6],
    );
    assert.ok(turned?.notes.some((note) => /upright/i.test(note)));
    assert.equal(animated?.frames, 3);
    assert.ok(animated.notes.some((note) => /first of 3 frames/.test(note)));
  });

  it('gives a row to every file that cannot be sent, and ends well', async () => {
    const files = ['missing.png', 'other', 'empty.png', 'text.png', 'huge.png', 'plain.png'];
    const rows = await rowsOf(...files);
    assert.deepEqual(
      rows.map((row) => row.file),
      files,
    );
    const errors = rows.slice(0, -1) as ErrorRow[];
    assert.deepEqual(
      errors.map(({ error }) => error.kind),
      ['fileNotFound', 'fileIsFolder', 'fileEmpty', 'notAnImage', 'tooManyPixels'],
    );
    assert.match(errors[4]?.error.message ?? '', /huge\.png .*30000x30000/);
  });

  it('knows models by their ids, and no price of those that it does not know', async () => {
    const [large] = (await rowsOf('--model', 'claude-haiku-4-5', 'page.png')) as PreparedRow[];
    assert.ok(large && Math.max(large.sentWidth, large.sentHeight) <= 1568);
    const [unknown] = (await rowsOf('--model', 'claude-next', 'plain.png')) as PreparedRow[];
    assert.equal(unknown?.costUsd, null);
  });

  it('takes the detail and the number of images', async () => {
    const [low] = (await rowsOf('--detail', 'low', 'page.png')) as PreparedRow[];
    assert.equal(low?.sentHeight, 768);
    const [many] = (await rowsOf('--images', '21', 'page.png')) as PreparedRow[];
    assert.ok(many && many.sentHeight <= 2000);
  });

  it('writes the prepared bytes, and no two files under one name', async () => {
    const out = join(folder, 'deep', 'out');
    const rows = (await rowsOf(
      '--out',
      out,
      'plain.png',
      'other/plain.png',
      'missing.png',
    )) as PreparedRow[];
    assert.deepEqual((await readdir(out)).toSorted(), ['plain-2.png', 'plain.png']);
    for (const [index, name] of ['plain.png', 'plain-2.png'].entries()) {
      const written = await readFile(join(out, name));
      assert.equal(rows[index]?.bytes, written.length);
      assert.equal(rows[index]?.sha256, createHash('sha256').update(written).digest('hex'));
    }
  });

  it('describes and writes the tiles of a tall picture beside the whole', async () => {
    const out = join(folder, 'tiles');
    const [row] = (await rowsOf('--out', out, 'page.png')) as PreparedRow[];
    assert.equal(row?.action, 'tiles');
    const tiles = row.tiles ?? [];
    assert.ok(tiles.length > 1 && Math.max(row.sentWidth, row.sentHeight) <= 2576);
    assert.equal(
      row.tilesTokens,
      tiles.reduce((sum, { tokens }) => sum + tokens, 0),
    );
    const last = tiles.at(-1);
    assert.equal((last?.top ?? 0) + (last?.height ?? 0), 9000);
    assert.deepEqual(
      (await readdir(out)).toSorted(),
      ['page.png', ...tiles.map((_, index) => `page.${index + 1}.png`)].toSorted(),
    );
    const written = await readFile(join(out, 'page.1.png'));
    assert.equal(tiles[0]?.sha256, createHash('sha256').update(written).digest('hex'));
  });

  it('has a row for what cannot be written', async () => {
    const out = join(folder, 'occupied');
    await mkdir(join(out, 'plain.png'), { recursive: true });
    const [row] = (await rowsOf('--out', out, 'plain.png')) as ErrorRow[];
    assert.equal(row?.error.kind, 'outputNotWritten');
  });

  for (const args of [
    [],
    ['--bogus', 'plain.png'],
    ['--detail', 'high', 'plain.png'],
    ['--images', '0', 'plain.png'],
    ['--images', '1.5', 'plain.png'],
    ['--model', '', 'plain.png'],
    ['plain.png', '--model'],
    ['--out', 'plain.png', 'plain.png'],
  ]) {
    it(`says how it is used when called with ${JSON.stringify(args)}`, async () => {
      const { code, stdout, stderr } = await run(...args);
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.match(stderr, /Usage: /);
    });
  }

  it('finds files from where npm was called, which runs it in the folder of the project', async () => {
    const child = spawn(process.execPath, [INSPECT, 'plain.png'], {
      env: { ...process.env, npm_lifecycle_event: 'inspect', INIT_CWD: join(folder, 'other') },
    });
    const row = JSON.parse(await text(child.stdout)) as PreparedRow;
    assert.deepEqual([row.width, row.height], [10, 10]);
  });

  it('ends without a word when nobody reads on', async () => {
    const files = Array.from({ length: 300 }, () => 'plain.png');
    const child = spawn(process.execPath, [INSPECT, ...files], { cwd: folder });
    child.stdout.destroy();
    const stderr = text(child.stderr);
    const code = await new Promise((resolve) => {
      child.on('close', resolve);
    });
    assert.deepEqual([code, await stderr], [0, '']);
  });
});
