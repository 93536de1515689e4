// Builds the extension's bundles into dist/ and the integration tests into out/.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { threadId } from 'node:worker_threads';
import { build, context } from 'esbuild';
import licenses from 'spdx-license-list/full.js';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/**
 * What Node runs: CommonJS, since that is what loads alike in every extension host.
 * @satisfies {import('esbuild').BuildOptions}
 */
const nodeBundle = /** @type {const} */ ({
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  // A native import() of a bundle would bypass the extension host's own module loader.
  supported: { 'dynamic-import': false },
  minify: production,
  sourcemap: !production,
  legalComments: 'none',
  logLevel: 'warning',
});

/** Modules that load when they are first used, and the bundles that they are in. */
const LAZY = /** @type {const} */ ({
  'src/host/runtime.ts': 'runtime.cjs',
  'src/claude/claudeApi.ts': 'claude.cjs',
});

/**
 * Leaves a module that is imported with `import()` in a bundle of its own, so that activation does
 * not pay for it.
 * @type {import('esbuild').Plugin}
 */
const lazyBundles = {
  name: 'lazy-bundles',
  setup(builder) {
    builder.onResolve({ filter: /\.ts$/ }, ({ kind, path: imported, resolveDir }) => {
      const file = path.relative(import.meta.dirname, path.resolve(resolveDir, imported));
      const bundle = Object.entries(LAZY).find(([source]) => path.normalize(source) === file)?.[1];
      return kind === 'dynamic-import' && bundle !== undefined
        ? { path: `./${bundle}`, external: true }
        : undefined;
    });
  },
};

/**
 * The WebAssembly of a file of AssemblyScript, compiled when it or a file beside it has changed.
 * @param {string} source
 */
export function compileAssembly(source) {
  const folder = path.dirname(source);
  const changed = Math.max(
    ...readdirSync(folder).map((name) => statSync(path.join(folder, name)).mtimeMs),
  );
  const name = `${path.basename(source, '.ts')}.wasm`;
  const wasm = path.join(import.meta.dirname, '.cache', 'wasm', name);
  const compiled = statSync(wasm, { throwIfNoEntry: false });
  if (!compiled || compiled.mtimeMs < changed) {
    mkdirSync(path.dirname(wasm), { recursive: true });
    const compiler = fileURLToPath(import.meta.resolve('assemblyscript/bin/asc.js'));
    const options = ['--enable', 'simd', '--runtime', 'stub', '--noAssert', '-O3'];
    // Renamed when it is whole: another thread or program may be about the same.
    const draft = `${wasm}.${process.pid}.${threadId}`;
    execFileSync(process.execPath, [compiler, source, '--outFile', draft, ...options]);
    renameSync(draft, wasm);
  }
  return wasm;
}

/**
 * Puts WebAssembly and fonts beside the bundle; what is imported is the path of the file.
 * @type {import('esbuild').Plugin}
 */
const filesBesideBundle = {
  name: 'files-beside-bundle',
  setup(builder) {
    const folder = path.dirname(builder.initialOptions.outfile ?? '');
    builder.onResolve({ filter: /\/assembly\/\w+\.wasm$/ }, (args) => ({
      path: compileAssembly(path.resolve(args.resolveDir, args.path.replace(/wasm$/, 'ts'))),
    }));
    builder.onLoad({ filter: /\.(?:wasm|ttf)$/ }, async (args) => {
      const name = path.basename(args.path);
      await mkdir(folder, { recursive: true });
      await copyFile(args.path, path.join(folder, name));
      return { contents: `module.exports = require('path').join(__dirname, '${name}')` };
    });
  },
};

/**
 * What the page runs.
 * @satisfies {import('esbuild').BuildOptions}
 */
export const webview = /** @type {const} */ ({
  bundle: true,
  platform: 'browser',
  format: 'iife',
  target: 'chrome130',
  entryPoints: {
    main: 'src/webview/main.ts',
    sight: 'src/webview/sight/main.ts',
    codicon: '@vscode/codicons/dist/codicon.css',
  },
  outdir: 'dist/webview',
  loader: { '.ttf': 'file' },
  assetNames: '[name]',
  minify: production,
  sourcemap: !production,
  legalComments: 'none',
  logLevel: 'warning',
});

/** @type {import('esbuild').BuildOptions[]} */
const targets = [
  {
    ...nodeBundle,
    external: ['vscode'],
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.cjs',
    plugins: [lazyBundles],
  },
  ...Object.entries(LAZY).map(([source, bundle]) => ({
    ...nodeBundle,
    external: ['vscode'],
    entryPoints: [source],
    outfile: `dist/${bundle}`,
    plugins: [lazyBundles],
  })),
  {
    ...nodeBundle,
    entryPoints: ['src/imaging/worker.ts'],
    outfile: 'dist/imaging/worker.cjs',
    plugins: [filesBesideBundle],
    // The codecs' own loaders ask where they are, before they are handed their files.
    define: { 'import.meta.url': 'bundleUrl', 'import.meta.dirname': '__dirname' },
    banner: { js: "const bundleUrl = require('url').pathToFileURL(__filename).href;" },
  },
  webview,
];

/**
 * Libraries that are compiled into the WebAssembly of packages that do not name their licences.
 * Each module is a file of its own, so that any of them can be replaced.
 */
const COMPILED_IN = [
  { name: 'libjpeg-turbo', license: 'IJG', of: 'https://github.com/libjpeg-turbo/libjpeg-turbo' },
  { name: 'libjpeg-turbo', license: 'BSD-3-Clause', of: 'its TurboJPEG interface' },
  { name: 'libwebp 1.4.0', license: 'BSD-3-Clause', of: 'https://github.com/webmproject/libwebp' },
  { name: 'libavif 1.1.1', license: 'BSD-2-Clause', of: 'https://github.com/AOMediaCodec/libavif' },
  { name: 'aom 3.11.0', license: 'BSD-2-Clause', of: 'https://aomedia.googlesource.com/aom' },
  { name: 'libheif 1.19.1', license: 'LGPL-3.0-only', of: 'https://github.com/strukturag/libheif' },
  {
    name: 'libde265 1.0.15',
    license: 'LGPL-3.0-only',
    of: 'https://github.com/strukturag/libde265',
  },
];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await run();
}

async function run() {
  if (!production) {
    targets.push({
      ...nodeBundle,
      entryPoints: ['test/integration/runner.ts', 'test/integration/**/*.test.ts'],
      outbase: 'test/integration',
      outdir: 'out/integration',
      outExtension: { '.js': '.cjs' },
      external: ['vscode', 'mocha', 'playwright-core', 'sharp'],
    });
  }
  if (watch) {
    const contexts = await Promise.all(targets.map((target) => context(target)));
    await Promise.all(contexts.map((one) => one.watch()));
    return;
  }
  // What an earlier build has left is not to be packaged.
  await rm('dist', { recursive: true, force: true });
  const results = await Promise.all(targets.map((target) => build({ ...target, metafile: true })));
  if (production) {
    const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
    await writeFile('dist/THIRD-PARTY-NOTICES.txt', await thirdPartyNotices(inputs));
  }
}

/**
 * The licences of all packages of which something ships, as these licences ask.
 * @param {readonly string[]} inputs files that went into the bundles
 */
async function thirdPartyNotices(inputs) {
  const folders = new Set(
    inputs.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? ''),
  );
  folders.delete('');
  const packages = [...folders].toSorted().map(async (folder) => {
    const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
    const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)/i.test(file));
    const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
    const { name, version, license } = manifest;
    return notice(`${name} ${version} (${license})`, texts.length > 0 ? texts : [text(license)]);
  });
  const compiledIn = COMPILED_IN.map(({ name, license, of }) =>
    notice(`${name} (${license}), ${of}`, [text(license)]),
  );
  return `${[...(await Promise.all(packages)), ...compiledIn].join('\n\n\n')}\n`;
}

/**
 * @param {string} title
 * @param {readonly string[]} texts
 */
function notice(title, texts) {
  return [title, '='.repeat(title.length), ...texts.map((one) => one.trim())].join('\n\n');
}

/**
 * The text of a licence by its SPDX identifier.
 * @param {string} license
 */
function text(license) {
  const known = licenses[license];
  if (!known) {
    throw new Error(`No text is known of the licence ${license}.`);
  }
  return known.licenseText;
}
