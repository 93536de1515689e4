// Prepares images in a process of its own, one task at a time; the argument is the worker's bundle.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';
import type { MediaType } from '../../src/core/plan/mediaType.ts';
import type { ImageTarget } from '../../src/core/plan/plan.ts';
import { ImagePreparer } from '../../src/imaging/prepareImage.ts';
import type {
  Answers,
  Prepared,
  PreparedMany,
  Preparer,
  Refused,
  Reply,
  Task,
  Wanted,
} from './preparerTasks.ts';

const workerFile = process.argv[2];
if (workerFile === undefined) {
  throw new Error('Which worker?');
}
const preparer = new ImagePreparer({ workerFile });
const NEVER = new AbortController().signal;

interface Output {
  readonly bytes: Uint8Array;
  readonly mediaType: MediaType;
}

type Prepare = (bytes: Buffer, target: ImageTarget, wanted: Wanted) => Promise<Output>;

/** The libraries are loaded with the first image, as an extension would. */
const PREPARERS: Readonly<Record<Preparer, Prepare>> = {
  ours: async (bytes, target) => {
    const prepared = await preparer.prepare(bytes, target, NEVER);
    if (!prepared.ok) {
      throw new Error(JSON.stringify(prepared.error));
    }
    return { bytes: prepared.value.bytes, mediaType: prepared.value.image.mediaType };
  },
  sharp: async (bytes, _, { size, mediaType, quality }) => {
    const { default: sharp } = await import('sharp');
    const resized = sharp(bytes).resize(size.width, size.height, { fit: 'fill' });
    const written = mediaType === 'image/png' ? resized.png() : resized.jpeg({ quality });
    return { bytes: await written.toBuffer(), mediaType };
  },
  stock: async (bytes, _, { size, mediaType, quality }) => {
    const { Jimp } = await import('jimp');
    const image = await Jimp.read(bytes);
    image.resize({ w: size.width, h: size.height });
    const written =
      mediaType === 'image/png'
        ? await image.getBuffer('image/png')
        : await image.getBuffer('image/jpeg', { quality });
    return { bytes: written, mediaType };
  },
};

process.on('message', (task: Task) => {
  void reply(task).then((message) => process.send?.(message));
});

async function reply(task: Task): Promise<Reply> {
  try {
    return { ok: true, answer: await answer(task) };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? (error.stack ?? '') : String(error) };
  }
}

async function answer(task: Task): Promise<Answers[keyof Answers]> {
  switch (task.kind) {
    case 'prepare':
      return await prepare(task);
    case 'prepareMany':
      return await prepareMany(task);
    case 'refuse':
      return await refuse(task);
  }
}

async function prepare(task: Extract<Task, { kind: 'prepare' }>): Promise<Prepared> {
  const bytes = readFileSync(task.file);
  const started = performance.now();
  const output = await PREPARERS[task.preparer](bytes, task.target, task.wanted);
  const ms = performance.now() - started;
  return { ...output, ms, peakMemory: memory('peak') };
}

async function prepareMany(task: Extract<Task, { kind: 'prepareMany' }>): Promise<PreparedMany> {
  const bytes = readFileSync(task.file);
  const watch = watchGaps();
  await setImmediate();
  const started = performance.now();
  const images = Array.from({ length: task.count }, async () => {
    const prepared = await preparer.prepare(bytes, task.target, NEVER);
    if (!prepared.ok) {
      throw new Error(JSON.stringify(prepared.error));
    }
  });
  await Promise.all(images);
  const ms = performance.now() - started;
  return { ms, ...watch.end() };
}

/** Watches how long the event loop stands still, with a timer that is due every millisecond. */
function watchGaps() {
  let last = now();
  let gapMs = 0;
  let busyMs = 0;
  const look = (): void => {
    const time = now();
    gapMs = Math.max(gapMs, time.clock - last.clock);
    busyMs = Math.max(busyMs, time.processor - last.processor);
    last = time;
  };
  const timer = setInterval(look, 1);
  return {
    end: () => {
      look();
      clearInterval(timer);
      return { gapMs, busyMs };
    },
  };
}

/** Milliseconds of the clock, and of the processor for this thread. */
function now() {
  const { user, system } = process.threadCpuUsage();
  return { clock: performance.now(), processor: (user + system) / 1000 };
}

async function refuse(task: Extract<Task, { kind: 'refuse' }>): Promise<Refused> {
  const bytes = readFileSync(task.file);
  const before = memory('now');
  const started = performance.now();
  const prepared = await preparer.prepare(bytes, task.target, NEVER);
  const ms = performance.now() - started;
  if (prepared.ok) {
    throw new Error(`${task.file} was not refused`);
  }
  return { failure: prepared.error.kind, ms, grown: Math.max(memory('peak') - before, 0) };
}

/** Bytes. On Linux not `maxRSS`, which a process inherits from the one that started it. */
function memory(when: 'now' | 'peak'): number {
  if (process.platform === 'linux') {
    const field = when === 'now' ? /VmRSS:\s+(\d+)/ : /VmHWM:\s+(\d+)/;
    return Number(field.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
  }
  return when === 'now' ? process.memoryUsage.rss() : process.resourceUsage().maxRSS * 1024;
}
