// Writes l10n/bundle.l10n.json, the texts to translate, from the sources; `--check` compares only.
import { glob, readFile, writeFile } from 'node:fs/promises';
import { getL10nJson } from '@vscode/l10n-dev';

const BUNDLE = 'l10n/bundle.l10n.json';

/**
 * The texts are found by the imports of a file; some get their `l10n` as an argument, so that they can
 * be tested outside of VS Code.
 */
const PRESUMED_IMPORT = "import * as l10n from '@vscode/l10n';\n";

const files = await Array.fromAsync(glob('src/{host,webview}/**/*.ts'));
const sources = files.toSorted().map(async (file) => ({
  extension: '.ts',
  contents: PRESUMED_IMPORT + (await readFile(file, 'utf8')),
}));
const messages = await getL10nJson(await Promise.all(sources));
const sorted = Object.entries(messages).toSorted(([a], [b]) => (a < b ? -1 : 1));
const bundle = `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`;

if (!process.argv.includes('--check')) {
  await writeFile(BUNDLE, bundle);
  console.log(`${BUNDLE}: ${sorted.length} texts`);
} else if ((await readFile(BUNDLE, 'utf8').catch(() => '')) !== bundle) {
  console.error(`${BUNDLE} is not what the sources say: run "npm run l10n".`);
  process.exitCode = 1;
}
