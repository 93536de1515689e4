import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

describe('the extension in its host', () => {
  const extension = vscode.extensions.getExtension('vision-for-claude.vision-for-claude');

  it('is installed', () => {
    assert.ok(extension);
  });

  it('registers every command of its manifest when it is activated', async () => {
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
});
