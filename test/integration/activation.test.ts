import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

describe('activation', () => {
  const extension = vscode.extensions.getExtension('vision-for-claude.vision-for-claude');

  const isLoaded = (bundle: string): boolean =>
    join(extension?.extensionPath ?? '', 'dist', bundle) in require.cache;

  it('registers every command of the manifest', async () => {
    assert.ok(extension);
    await extension.activate();
    const manifest: {
      readonly contributes: { readonly commands: readonly { readonly command: string }[] };
    } = extension.packageJSON;
    const declared = manifest.contributes.commands.map(({ command }) => command);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.notEqual(declared.length, 0);
    assert.deepEqual(
      declared.filter((command) => !registered.has(command)),
      [],
    );
  });

  it('loads neither the SDK nor jimp before they are used', async () => {
    assert.ok(extension);
    await extension.activate();
    assert.equal(isLoaded('extension.cjs'), true, 'the cache shows what is loaded');
    assert.equal(isLoaded('claude.cjs'), false);
    // The worker's code runs in a thread of its own: neither may be part of what is loaded here.
    const loaded = await readFile(join(extension.extensionPath, 'dist', 'extension.cjs'), 'utf8');
    assert.match(loaded, /imaging\/worker\.cjs/);
    assert.doesNotMatch(loaded, /anthropic-version|createJimp/);
    const claude = await readFile(join(extension.extensionPath, 'dist', 'claude.cjs'), 'utf8');
    assert.match(claude, /anthropic-version/, 'the mark tells the SDK');
    const worker = await readFile(
      join(extension.extensionPath, 'dist', 'imaging', 'worker.cjs'),
      'utf8',
    );
    assert.match(worker, /image\/bmp/, 'the mark tells jimp');
  });
});
