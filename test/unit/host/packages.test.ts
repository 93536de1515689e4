import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { packagesMatch } from '../../host/packages.js';

interface Package {
  readonly version: string;
  readonly optional?: boolean;
}

describe('the check of node_modules against the lock file', () => {
  let root = '';

  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'packages-test-'));
    fs.mkdirSync(path.join(root, 'node_modules'));
  });

  afterEach(() => fs.rmSync(root, { recursive: true }));

  function write(file: string, packages: Readonly<Record<string, Package>>): void {
    fs.writeFileSync(path.join(root, file), JSON.stringify({ packages }));
  }

  function lock(packages: Readonly<Record<string, Package>>): void {
    write('package-lock.json', { '': { version: '0.1.0' }, ...packages });
  }

  function installed(packages: Readonly<Record<string, Package>>): void {
    write('node_modules/.package-lock.json', packages);
  }

  it('wants every package in its version', () => {
    lock({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0' } });
    assert.equal(packagesMatch(root), false);
    installed({ 'node_modules/a': { version: '1.0.0' } });
    assert.equal(packagesMatch(root), false);
    installed({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.1' } });
    assert.equal(packagesMatch(root), false);
    installed({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0' } });
    assert.equal(packagesMatch(root), true);
  });

  it('lets an optional package be missing, but not be of another version', () => {
    lock({ 'node_modules/a': { version: '1.0.0', optional: true } });
    installed({});
    assert.equal(packagesMatch(root), true);
    installed({ 'node_modules/a': { version: '0.9.0' } });
    assert.equal(packagesMatch(root), false);
  });
});
