// Tells what would be sent for image files, one JSON object a line: npm run -s inspect -- FILE...
import { mkdir, readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import type { Detail, ImageTarget } from '../../src/core/plan/plan.ts';
import { ImagePreparer } from '../../src/imaging/prepareImage.ts';
import { inOrder } from './inOrder.ts';
import { inspectFile } from './inspectFile.ts';
import { outputNames } from './outputNames.ts';

const USAGE = `Usage: npm run -s inspect -- [options] FILE...
  --model ID      the model that the images are for; the extension's default when absent
  --detail D      native (default), standard (1568 px) or low (768 px)
  --images N      images in the whole request; 1 when absent
  --out DIR       write the prepared bytes there, as NAME.EXT, and tiles as NAME.1.EXT ...`;

/** Two threads decode; a third file is read and probed meanwhile. */
const FILES_AT_ONCE = 3;

class UsageError extends Error {}

/** Of a reader such as `head` that has seen enough: not a fault, and there is nobody to tell. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

try {
  const parsed = parse(process.argv.slice(2));
  if (parsed.values.help === true) {
    console.log(USAGE);
  } else {
    const { files, target, out } = await readArguments(parsed);
    await inspect(files, target, out);
  }
} catch (error) {
  if (!(error instanceof UsageError)) {
    throw error;
  }
  console.error(`${error.message}\n${USAGE}`);
  process.exitCode = 2;
}

interface Arguments {
  readonly files: readonly string[];
  readonly target: ImageTarget;
  readonly out: string | undefined;
}

async function readArguments({
  values,
  positionals,
}: ReturnType<typeof parse>): Promise<Arguments> {
  const { model, detail = 'native', images = '1', out } = values;
  if (positionals.length === 0) {
    throw new UsageError('Which files?');
  }
  if (!isDetail(detail)) {
    throw new UsageError(`There is no detail "${detail}".`);
  }
  if (!/^[1-9]\d{0,5}$/.test(images)) {
    throw new UsageError(`"${images}" is not a number of images.`);
  }
  if (model?.trim() === '' || out === '') {
    throw new UsageError('An option has no value.');
  }
  return {
    files: positionals,
    target: { model: model ?? (await defaultModel()), imagesInRequest: Number(images), detail },
    out,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        model: { type: 'string' },
        detail: { type: 'string' },
        images: { type: 'string' },
        out: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function isDetail(value: string): value is Detail {
  return ['native', 'standard', 'low'].includes(value);
}

/** The default stands in the manifest only. */
async function defaultModel(): Promise<string> {
  const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const { contributes } = JSON.parse(manifest) as {
    contributes: {
      configuration: { properties: { 'visionForClaude.model': { default: string } } };
    };
  };
  return contributes.configuration.properties['visionForClaude.model'].default;
}

async function inspect(
  files: readonly string[],
  target: ImageTarget,
  out: string | undefined,
): Promise<void> {
  const folder = out === undefined ? undefined : inFolderOfCall(out);
  const paths = files.map(inFolderOfCall);
  if (folder !== undefined) {
    await makeFolder(folder);
  }
  const names = folder === undefined ? [] : outputNames(paths, folder);
  const preparer = new ImagePreparer({ workerFile: new URL('imageWorker.js', import.meta.url) });
  try {
    const rows = inOrder(files, FILES_AT_ONCE, async (file, index) => {
      const path = paths[index] ?? file;
      const output =
        folder === undefined ? {} : { output: { folder, name: names[index] ?? basename(path) } };
      return await inspectFile({ file, path, target, preparer, ...output });
    });
    for await (const row of rows) {
      await print(`${JSON.stringify(row)}\n`);
    }
  } finally {
    preparer.dispose();
  }
}

/** npm runs its commands in the project's folder and tells from where it was called. */
function inFolderOfCall(path: string): string {
  const { npm_lifecycle_event: script, INIT_CWD: folder } = process.env;
  return script === 'inspect' && folder !== undefined ? resolve(folder, path) : resolve(path);
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new UsageError(`The folder ${folder} cannot be made: ${detail}`, { cause: error });
  }
}

async function print(line: string): Promise<void> {
  if (!process.stdout.write(line)) {
    await new Promise((done) => {
      process.stdout.once('drain', done);
    });
  }
}
