import { crc32 } from 'node:zlib';
import type { FuzzSeed } from './fuzzSeeds.ts';
import { sizeFields } from './fuzzSizeFields.ts';

/** Whole numbers from 0 up to, and without, `below`. */
export type Random = (below: number) => number;

/** A damaged file, and how it came to be. */
export interface MutatedFile {
  readonly bytes: Buffer<ArrayBuffer>;
  readonly seedName: string;
  /** Such as `flip 3 bits, truncate to 120`. */
  readonly mutation: string;
}

/** Random numbers that are the same for the same seed and index (mulberry32). */
export function randomOf(seed: number, index: number): Random {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Takes one of the seeds and damages it: mostly in one way, since more seldom leave a picture. */
export function mutate(seeds: readonly FuzzSeed[], random: Random): MutatedFile {
  const seed = pick(seeds, random);
  let bytes = Buffer.from(seed.bytes);
  const done: string[] = [];
  for (let rounds = pick([1, 1, 1, 2, 3], random); rounds > 0; rounds -= 1) {
    const mutated = pick(MUTATIONS, random)(bytes, random, seeds);
    bytes = mutated.bytes;
    done.push(mutated.mutation);
  }
  // Otherwise most damaged PNGs would be refused for their checksums alone.
  if (random(4) > 0 && repairPngChecksums(bytes)) {
    done.push('repair checksums');
  }
  return { bytes, seedName: seed.name, mutation: done.join(', ') };
}

type Mutation = (
  bytes: Buffer<ArrayBuffer>,
  random: Random,
  seeds: readonly FuzzSeed[],
) => Pick<MutatedFile, 'bytes' | 'mutation'>;

const MUTATIONS: readonly Mutation[] = [
  flipBits,
  flipBits,
  overwrite,
  overwrite,
  truncate,
  repeat,
  remove,
  setExtreme,
  setExtreme,
  splice,
  setSize,
  setSize,
];

function flipBits(bytes: Buffer<ArrayBuffer>, random: Random) {
  const count = 1 + random(random(2) === 0 ? 2 : 16);
  for (let done = 0; done < count && bytes.length > 0; done += 1) {
    const at = random(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
  }
  return { bytes, mutation: `flip ${count} bits` };
}

function overwrite(bytes: Buffer<ArrayBuffer>, random: Random) {
  const at = position(bytes, random);
  const end = Math.min(at + 1 + random(24), bytes.length);
  for (let each = at; each < end; each += 1) {
    bytes[each] = random(256);
  }
  return { bytes, mutation: `overwrite ${at} to ${end}` };
}

function truncate(bytes: Buffer<ArrayBuffer>, random: Random) {
  const end = random(bytes.length + 1);
  return { bytes: bytes.subarray(0, end), mutation: `truncate to ${end}` };
}

/** Puts a piece of the file, such as a chunk, somewhere a second time, or many times. */
function repeat(bytes: Buffer<ArrayBuffer>, random: Random) {
  const [start, end] = range(bytes, random);
  const at = random(2) === 0 ? end : random(bytes.length + 1);
  const times = random(8) === 0 ? 40 : 1;
  const pieces = Array.from({ length: times }, () => bytes.subarray(start, end));
  return {
    bytes: Buffer.concat([bytes.subarray(0, at), ...pieces, bytes.subarray(at)]),
    mutation: `repeat ${start} to ${end} at ${at} ${times} times`,
  };
}

function remove(bytes: Buffer<ArrayBuffer>, random: Random) {
  const [start, end] = range(bytes, random);
  return {
    bytes: Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]),
    mutation: `remove ${start} to ${end}`,
  };
}

const EXTREMES = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0xffffff, 0x7fffffff,
  0x80000000, 0xfffffffe, 0xffffffff,
] as const;

/** Sets what may be a length, a count or an offset. */
function setExtreme(bytes: Buffer<ArrayBuffer>, random: Random) {
  const width = pick([1, 2, 4], random);
  const value = pick(EXTREMES, random) % 256 ** width;
  const at = position(bytes, random);
  if (at + width <= bytes.length) {
    if (random(2) === 0) {
      bytes.writeUIntBE(value, at, width);
    } else {
      bytes.writeUIntLE(value, at, width);
    }
  }
  return { bytes, mutation: `set ${width} bytes at ${at} to ${value}` };
}

/** Goes on as another file. */
function splice(bytes: Buffer<ArrayBuffer>, random: Random, seeds: readonly FuzzSeed[]) {
  const other = pick(seeds, random);
  const end = random(bytes.length + 1);
  const start = random(2) === 0 ? Math.min(end, other.bytes.length) : random(other.bytes.length);
  return {
    bytes: Buffer.concat([bytes.subarray(0, end), other.bytes.subarray(start)]),
    mutation: `${end} bytes and then ${other.name} from ${start}`,
  };
}

const SIZES = [
  0, 1, 3, 255, 1000, 4000, 9000, 12_000, 16_383, 30_000, 65_535, 100_000, 0x7fffffff, 0x80000000,
  0xffffffff,
] as const;

/** Sets width, height or both in the header, where the format is one whose header is known. */
function setSize(bytes: Buffer<ArrayBuffer>, random: Random) {
  const fields = sizeFields(bytes);
  const both = random(2) === 0;
  const chosen = both ? fields : fields.slice(random(2)).slice(0, 1);
  const values = chosen.map((field) => {
    const value = pick(SIZES, random);
    field(value);
    return value;
  });
  return { bytes, mutation: `set the size to ${values.join(' and ')}` };
}

/** Headers are small and hold what matters most. */
function position(bytes: Uint8Array, random: Random): number {
  return random(random(2) === 0 ? Math.min(bytes.length, 100) : bytes.length);
}

function range(bytes: Uint8Array, random: Random): readonly [start: number, end: number] {
  const start = position(bytes, random);
  return [start, Math.min(start + 1 + random(random(2) === 0 ? 16 : 2000), bytes.length)];
}

function pick<T>(values: readonly T[], random: Random): T {
  const value = values[random(values.length)];
  if (value === undefined) {
    throw new Error('nothing to pick from');
  }
  return value;
}

/** Sets the checksum of every whole chunk; tells whether the file is a PNG that has any. */
function repairPngChecksums(bytes: Buffer): boolean {
  let at = 8;
  if (bytes.toString('latin1', 1, 4) !== 'PNG') {
    return false;
  }
  while (at + 12 <= bytes.length) {
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length) {
      break;
    }
    bytes.writeUInt32BE(crc32(bytes.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return at > 8;
}
