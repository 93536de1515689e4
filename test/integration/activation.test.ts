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

  it('loads neither the SDK nor jimp, nor anything but the registration, before they are used', async () => {
    assert.ok(extension);
    await extension.activate();
    assert.equal(isLoaded('extension.cjs'), true, 'the cache shows what is loaded');
    assert.equal(isLoaded('runtime.cjs'), false);
    assert.equal(isLoaded('claude.cjs'), false);
    const bundle = (...path: readonly string[]): Promise<string> =>
      readFile(join(extension.extensionPath, 'dist', ...path), 'utf8');
    for (const own of ['extension.cjs', 'runtime.cjs']) {
      assert.doesNotMatch(await bundle(own), /anthropic-version|find MIME for Buffer/);
    }
    assert.match(await bundle('claude.cjs'), /anthropic-version/, 'the mark tells the SDK');
    // The worker's code runs in a thread of its own.
    assert.match(await bundle('runtime.cjs'), /imaging\/worker\.cjs/);
    assert.match(
      await bundle('imaging', 'worker.cjs'),
      /find MIME for Buffer/,
      'the mark tells jimp',
    );
  });
});
