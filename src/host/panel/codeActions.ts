import * as vscode from 'vscode';
import { languageIdOf } from './fenceLanguage.ts';

/** The text editor that had the keyboard last; a panel that is an editor itself is none. */
let lastEditor: vscode.TextEditor | undefined;

/** Follows which text editor is active, so that code can go there from a panel. */
export function trackLastEditor(): vscode.Disposable {
  remember(vscode.window.activeTextEditor);
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(remember),
    new vscode.Disposable(() => {
      lastEditor = undefined;
    }),
  );
}

function remember(editor: vscode.TextEditor | undefined): void {
  if (editor && takesText(editor.document.uri.scheme)) {
    lastEditor = editor;
  }
}

/** Not so the output panel, or the side of a comparison that shows an older state. */
function takesText(scheme: string): boolean {
  return (
    scheme === 'untitled' ||
    scheme === 'vscode-notebook-cell' ||
    vscode.workspace.fs.isWritableFileSystem(scheme) === true
  );
}

/**
 * Puts code in the place of each selection of the text editor that was active last, as one edit that
 * can be undone. Says so and offers a new file when there is no such editor or it takes no edits.
 */
export async function insertAtCursor(code: string): Promise<void> {
  const editor = await editorToInsertInto();
  if (!editor) {
    await offerNewFile(
      code,
      vscode.l10n.t('There is no text editor to insert the code into. Open a file first.'),
    );
    return;
  }
  // The last line break is that of the fence.
  const text = code.replace(/\r?\n$/, '');
  const inserted = await editor.edit((edit) => {
    for (const selection of editor.selections) {
      edit.replace(selection, text);
    }
  });
  if (!inserted) {
    await offerNewFile(
      code,
      vscode.l10n.t(
        'The code could not be inserted into {0}. It may be read-only.',
        vscode.workspace.asRelativePath(editor.document.uri),
      ),
    );
  }
}

/** Opens code as an untitled document of the language that its fence names, beside. */
export async function openAsNewFile(code: string, language: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({
    content: code,
    language: languageIdOf(language, await vscode.languages.getLanguages()),
  });
  await vscode.window.showTextDocument(document, {
    viewColumn: vscode.ViewColumn.Beside,
    preview: false,
  });
}

async function offerNewFile(code: string, message: string): Promise<void> {
  const newFile = vscode.l10n.t('New File');
  if ((await vscode.window.showInformationMessage(message, newFile)) === newFile) {
    await openAsNewFile(code, '');
  }
}

/** The editor that was active last, brought back when the panel or another tab covers it. */
async function editorToInsertInto(): Promise<vscode.TextEditor | undefined> {
  const editor = lastEditor;
  if (!editor || editor.document.isClosed) {
    return undefined;
  }
  if (vscode.window.visibleTextEditors.includes(editor)) {
    return editor;
  }
  return vscode.window.showTextDocument(editor.document, {
    ...(editor.viewColumn !== undefined && { viewColumn: editor.viewColumn }),
    selection: editor.selection,
  });
}
