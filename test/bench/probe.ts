import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { probe as probeHead, PROBE_BYTES } from '../../src/core/formats/probe.ts';
import { projectRoot } from '../host/paths.js';
import { INPUT_NAMES, readInput } from './inputs.ts';
import { median, row, type Measure } from './measure.ts';

const PROBES = 10_000;
const WARM_UPS = 2;
const ROUNDS = 5;
/** Files that others have written, where they are at hand. */
const CORPUS = path.join(projectRoot, '..', 'shared', 'corpus');

interface Head {
  readonly bytes: Uint8Array;
  readonly fileLength: number;
}

/** Reading headers, as for the files of a folder: from what a first read brings. */
export const probe: Measure = {
  names: ['probe.10000'],
  async run() {
    const generated = await Promise.all(INPUT_NAMES.map(readInput));
    const corpus = await corpusFiles();
    // Without what is no image: telling that takes less.
    const heads = [...generated, ...corpus]
      .map(headOf)
      .filter(({ bytes, fileLength }) => probeHead(bytes, fileLength).kind !== 'failed');
    const times: number[] = [];
    for (let round = 0; round < WARM_UPS + ROUNDS; round += 1) {
      times.push(timeOf(heads));
    }
    const note = `${heads.length} files in turn, ${generated.length} of them generated, the others of the corpus`;
    return [row('probe.10000', median(times.slice(WARM_UPS)), 's', 2, note)];
  },
};

function timeOf(heads: readonly Head[]): number {
  const started = performance.now();
  for (let count = 0; count < PROBES; count += 1) {
    const head = heads[count % heads.length];
    if (head) {
      probeHead(head.bytes, head.fileLength);
    }
  }
  return (performance.now() - started) / 1000;
}

async function corpusFiles(): Promise<readonly Buffer[]> {
  if (!existsSync(CORPUS)) {
    return [];
  }
  const entries = await readdir(CORPUS, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return await Promise.all(
    files.map(({ parentPath, name }) => readFile(path.join(parentPath, name))),
  );
}

/** In a buffer of its own, as a read brings it. */
function headOf(file: Buffer): Head {
  return { bytes: Uint8Array.from(file.subarray(0, PROBE_BYTES)), fileLength: file.length };
}
