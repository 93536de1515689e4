import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import {
  updateUserSettings,
  updateWorkspaceSettings,
  writeUserSettings,
} from '../../host/settings.ts';

describe('the settings of a VS Code under test', () => {
  let folder = '';

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'settings-test-'));
  });

  afterEach(() => fs.rmSync(folder, { recursive: true }));

  function read(...file: readonly string[]): unknown {
    return JSON.parse(fs.readFileSync(path.join(folder, ...file), 'utf8'));
  }

  it('are written for the user and for the machine', () => {
    writeUserSettings(folder, { a: 1 });
    assert.deepEqual(read('User', 'settings.json'), { a: 1 });
    assert.deepEqual(read('Machine', 'settings.json'), { a: 1 });
  });

  it('keep the others when some change, also those that VS Code itself has written', () => {
    writeUserSettings(folder, { a: 1, b: 1 });
    const file = path.join(folder, 'User', 'settings.json');
    fs.writeFileSync(file, JSON.stringify({ a: 1, b: 1, theme: 'light' }));
    updateUserSettings(folder, { b: 2 });
    assert.deepEqual(read('User', 'settings.json'), { a: 1, b: 2, theme: 'light' });
    assert.deepEqual(read('Machine', 'settings.json'), { a: 1, b: 2 });
  });

  it('of a workspace are added to those that it has', () => {
    updateWorkspaceSettings(folder, { a: 1 });
    updateWorkspaceSettings(folder, { b: [2] });
    assert.deepEqual(read('.vscode', 'settings.json'), { a: 1, b: [2] });
  });
});
