// Builds the extension's bundles into dist/ and the integration tests into out/.
import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';

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

/**
 * Leaves a module that is imported with `import()` in a bundle of its own, so that activation does
 * not pay for it.
 * @type {import('esbuild').Plugin}
 */
const lazyBundles = {
  name: 'lazy-bundles',
  setup(builder) {
    builder.onResolve({ filter: /\/claude\/claudeApi\.ts$/ }, (args) =>
      args.kind === 'dynamic-import' ? { path: './claude.cjs', external: true } : undefined,
    );
  },
};

/**
 * The WebAssembly of a file of AssemblyScript, compiled when the file has changed.
 * @param {string} source
 */
export function compileAssembly(source) {
  const wasm = path.resolve('.cache/wasm', `${path.basename(source, '.ts')}.wasm`);
  const compiled = statSync(wasm, { throwIfNoEntry: false });
  if (!compiled || compiled.mtimeMs < statSync(source).mtimeMs) {
    mkdirSync(path.dirname(wasm), { recursive: true });
    const compiler = fileURLToPath(import.meta.resolve('assemblyscript/bin/asc.js'));
    const options = ['--enable', 'simd', '--runtime', 'stub', '--noAssert', '-O3'];
    execFileSync(process.execPath, [compiler, source, '--outFile', wasm, ...options]);
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
  entryPoints: { main: 'src/webview/main.ts', codicon: '@vscode/codicons/dist/codicon.css' },
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
  { ...nodeBundle, entryPoints: ['src/claude/claudeApi.ts'], outfile: 'dist/claude.cjs' },
  {
    ...nodeBundle,
    entryPoints: ['src/imaging/worker.ts'],
    outfile: 'dist/imaging/worker.cjs',
    plugins: [filesBesideBundle],
    // The codecs' own loaders ask for it, to find the files that they are handed here.
    define: { 'import.meta.url': '__filename', 'import.meta.dirname': '__dirname' },
  },
  webview,
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
      external: ['vscode', 'mocha', 'playwright-core'],
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
 * The licences of the packages whose files went into the bundles, as these licences ask.
 * @param {readonly string[]} inputs
 */
async function thirdPartyNotices(inputs) {
  const folders = new Set(
    inputs.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? ''),
  );
  folders.delete('');
  const notices = [...folders].toSorted().map(async (folder) => {
    const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
    const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)/i.test(file));
    const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
    const title = `${manifest.name} ${manifest.version} (${manifest.license})`;
    return [title, '='.repeat(title.length), ...texts.map((text) => text.trim())].join('\n\n');
  });
  return `${(await Promise.all(notices)).join('\n\n\n')}\n`;
}
