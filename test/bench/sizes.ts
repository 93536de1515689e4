import { stat } from 'node:fs/promises';
import path from 'node:path';
import { buildFolder, vsixFile } from '../host/paths.js';
import { row, type Measure } from './measure.ts';

const KB = 1024;

/** What is downloaded, and what is read when the extension is activated. */
export const sizes: Measure = {
  names: ['activation.bundle', 'vsix.size'],
  async run() {
    const bundle = await stat(path.join(buildFolder(), 'dist', 'extension.cjs'));
    const vsix = await stat(vsixFile());
    return [
      row('activation.bundle', bundle.size / KB, 'KB', 100, 'dist/extension.cjs, minified'),
      row('vsix.size', vsix.size / KB / KB, 'MB', 6, 'the package as it is downloaded'),
    ];
  },
};
