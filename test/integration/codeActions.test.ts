import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import {
  insertAtCursor,
  openAsNewFile,
  trackLastEditor,
} from '../../src/host/panel/codeActions.ts';

const at = (line: number, character: number, end = character) =>
  new vscode.Selection(line, character, line, end);

describe('code of an answer', () => {
  let tracking: vscode.Disposable;
  let folder: string;
  let files = 0;
  let messages: unknown[][];
  let choose: string | undefined;
  const { showInformationMessage } = vscode.window;

  const show = async (content: string, viewColumn = vscode.ViewColumn.One) => {
    const file = join(folder, `${(files += 1)}.txt`);
    await writeFile(file, content);
    return vscode.window.showTextDocument(vscode.Uri.file(file), { viewColumn, preview: false });
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vision-code-'));
    // No test can press a button of a notification.
    vscode.window.showInformationMessage = (...message: unknown[]) => {
      messages.push(message);
      return Promise.resolve(choose as never);
    };
  });
  after(async () => {
    vscode.window.showInformationMessage = showInformationMessage;
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    messages = [];
    choose = undefined;
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    tracking = trackLastEditor();
  });
  afterEach(async () => {
    tracking.dispose();
    while (vscode.window.activeTextEditor) {
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    // The next one would get the name of one that is still closing.
    await until(() => vscode.workspace.textDocuments.every(({ isUntitled }) => !isUntitled));
  });

  it('takes the place of every selection, and goes with one undo', async () => {
    const editor = await show('one two\nthree');
    editor.selections = [at(0, 0, 3), at(1, 5)];
    await insertAtCursor('a\nb\n');
    assert.equal(editor.document.getText(), 'a\nb two\nthreea\nb');
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), 'one two\nthree');
  });

  it('goes to the editor that was active last, also from a panel beside it', async () => {
    await show('first');
    const second = await show('second', vscode.ViewColumn.Two);
    second.selection = at(0, 6);
    const panel = vscode.window.createWebviewPanel('test', 'Panel', vscode.ViewColumn.Three);
    await until(() => vscode.window.activeTextEditor === undefined);
    await insertAtCursor('!');
    assert.equal(second.document.getText(), 'second!');
    panel.dispose();
  });

  it('goes to the editor that the panel covers', async () => {
    const editor = await show('covered');
    editor.selection = at(0, 0, 7);
    const panel = vscode.window.createWebviewPanel('test', 'Panel', vscode.ViewColumn.One);
    await until(() => vscode.window.visibleTextEditors.length === 0);
    await insertAtCursor('found');
    assert.equal(editor.document.getText(), 'found');
    panel.dispose();
  });

  it('is offered as a new file when there is no editor', async () => {
    choose = 'New File';
    await insertAtCursor('a');
    assert.deepEqual(messages, [
      ['There is no text editor to insert the code into. Open a file first.', 'New File'],
    ]);
    assert.equal(vscode.window.activeTextEditor?.document.getText(), 'a');
  });

  it('opens nothing when the offer is declined', async () => {
    await insertAtCursor('a');
    assert.equal(messages.length, 1);
    assert.equal(vscode.window.activeTextEditor, undefined);
  });

  it('goes past an editor that only shows something', async () => {
    const provider = vscode.workspace.registerTextDocumentContentProvider('older-state', {
      provideTextDocumentContent: () => 'fixed',
    });
    const editor = await show('free');
    editor.selection = at(0, 4);
    const uri = vscode.Uri.parse('older-state:/fixed.txt');
    const fixed = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(fixed, vscode.ViewColumn.Two);
    await insertAtCursor('!');
    assert.equal(editor.document.getText(), 'free!');
    assert.equal(fixed.getText(), 'fixed');
    provider.dispose();
  });

  it('opens beside as a new file of its language', async () => {
    await show('first');
    await openAsNewFile('body { }\n', 'CSS');
    const { activeTextEditor } = vscode.window;
    assert.equal(activeTextEditor?.document.isUntitled, true);
    assert.equal(activeTextEditor.document.languageId, 'css');
    assert.equal(activeTextEditor.document.getText(), 'body { }\n');
    assert.equal(activeTextEditor.viewColumn, vscode.ViewColumn.Two);
  });

  it('is plain text when its fence names no language', async () => {
    await openAsNewFile('rm -rf /', 'klingon');
    assert.equal(vscode.window.activeTextEditor?.document.languageId, 'plaintext');
  });
});

async function until(reached: () => boolean): Promise<void> {
  if (reached()) {
    return;
  }
  await new Promise<void>((resolve) => {
    const check = (): void => {
      if (reached()) {
        listening.dispose();
        resolve();
      }
    };
    const listening = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor(check),
      vscode.window.onDidChangeVisibleTextEditors(check),
      vscode.workspace.onDidCloseTextDocument(check),
    );
  });
}
