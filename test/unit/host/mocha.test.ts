import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { runToEnd } from '../../host/processes.ts';

const MODULE = new URL('../../host/mocha.ts', import.meta.url).href;
const SUITE = `
  describe('a suite', () => {
    it('passes', () => {});
    it('fails', () => { throw new Error('for this reason', { cause: new Error('of that') }); });
    it('is for later');
  });
  describe('a suite with a broken hook', () => {
    before('prepare', () => { throw new Error('not prepared'); });
    it('never runs', () => {});
  });`;

describe('a suite run by the test command', () => {
  let folder = '';

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mocha-test-'));
  });

  afterEach(() => fs.rmSync(folder, { recursive: true }));

  for (const load of ['import', 'require'] as const) {
    it(`prints its report and writes its result, with files loaded by ${load}`, async () => {
      const file = path.join(folder, 'a.test.cjs');
      const resultFile = path.join(folder, 'results', 'a.json');
      fs.writeFileSync(file, SUITE);
      const options = { files: [file], resultFile, timeoutMs: 1000, load };
      const code = `
        const { runSuite } = await import(${JSON.stringify(MODULE)});
        await runSuite({ ...${JSON.stringify(options)}, print: console.log });`;
      const args = ['--input-type=module', '-e', code];
      const output = await runToEnd(process.execPath, args, { env: { ...process.env } });

      const result = JSON.parse(fs.readFileSync(resultFile, 'utf8'));
      assert.deepEqual([result.passed, result.failed, result.skipped], [1, 2, 1]);
      assert.equal(result.failures[0].title, 'a suite fails');
      assert.match(result.failures[0].message, /^Error: for this reason\n.*a\.test\.cjs/);
      assert.match(result.failures[0].message, /Caused by: Error: of that/);
      assert.match(result.failures[1].title, /"before all" hook: prepare/);
      assert.match(output, /a suite\n\s+ok passes\n\s+FAILED fails\n\s+skipped is for later/);
      assert.match(output, /FAILED a suite fails\n {2}Error: for this reason/);
    });
  }
});
