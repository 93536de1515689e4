import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { after, before, describe, it } from 'mocha';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');

/** Imports that the design forbids, by the file that would hold them. */
const FORBIDDEN: Readonly<Record<string, readonly string[]>> = {
  'src/core/bad.ts': [
    'vscode',
    'node:fs',
    'fs',
    'jimp',
    'validator',
    '@anthropic-ai/sdk',
    '../host/ids.ts',
    '../imaging/worker.ts',
    '../webview/main.ts',
  ],
  'src/imaging/bad.ts': ['vscode', '@anthropic-ai/sdk', '../host/ids.ts', '../claude/client.ts'],
  'src/claude/bad.ts': ['vscode', 'jimp', '../host/ids.ts', '../imaging/worker.ts'],
  'src/host/bad.ts': ['jimp', '@jimp/core', '@anthropic-ai/sdk', '../webview/main.ts'],
  'src/webview/markdown/bad.ts': ['../../host/ids.ts', '../../imaging/worker.ts'],
  'src/webview/bad.ts': ['vscode', 'node:fs', 'jimp', '../host/ids.ts', '../claude/client.ts'],
  'src/extension.ts': ['./core/models.ts', './claude/client.ts', 'node:fs'],
};

const ALLOWED: Readonly<Record<string, string>> = {
  'src/core/good.ts': `import type { Message } from '@anthropic-ai/sdk/resources/messages';\nimport { t } from './result.ts';\nimport { u } from 'valibot';\nexport const v: Message | undefined = t ?? u;\n`,
  'src/imaging/good.ts': `import { t } from '../core/result.ts';\nimport { u } from 'jimp';\nexport const v = [t, u];\n`,
  'src/host/good.ts': `import { t } from '../core/result.ts';\nimport { u } from '../claude/claudeApi.ts';\nimport * as vscode from 'vscode';\nexport const v = [t, u, vscode];\n`,
};

/** A lock file made on one system may lack the linter's binary for another. */
function hasLinter(): boolean {
  return spawnSync(process.execPath, [oxlint, '--version']).status === 0;
}

describe('the layers', () => {
  let folder: string;
  let findings: readonly { readonly filename: string; readonly line: number }[];

  before(async function lintBadImports() {
    if (!hasLinter()) {
      this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), 'layers-'));
    // The rules of a folder are found by its path beside the configuration.
    await copyFile(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    const bad = Object.entries(FORBIDDEN).map(([file, imports]) => [
      file,
      imports.map((name, index) => `import { a${index} } from '${name}';\n`).join('') +
        `export const all = [${imports.map((_, index) => `a${index}`).join(', ')}];\n`,
    ]);
    for (const [file = '', content = ''] of [...bad, ...Object.entries(ALLOWED)]) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), content);
    }
    const { stdout } = await run(process.execPath, [oxlint, '--format', 'json', '.'], {
      cwd: folder,
    }).catch((error: { readonly stdout: string }) => error);
    const report = JSON.parse(stdout) as {
      diagnostics: { code: string; filename: string; labels: { span: { line: number } }[] }[];
    };
    findings = report.diagnostics
      .filter(({ code }) => code.includes('no-restricted-imports'))
      .map(({ filename, labels }) => ({
        filename: filename.replaceAll('\\', '/'),
        line: labels[0]?.span.line ?? 0,
      }));
  });

  after(() => rm(folder, { recursive: true, force: true }));

  for (const [file, imports] of Object.entries(FORBIDDEN)) {
    for (const [index, name] of imports.entries()) {
      it(`forbid ${file.replace('bad.ts', '')} to import ${name}`, () => {
        assert.ok(
          findings.some(({ filename, line }) => filename.endsWith(file) && line === index + 1),
        );
      });
    }
  }

  for (const file of Object.keys(ALLOWED)) {
    it(`let ${file.replace('good.ts', '')} import what it is built on`, () => {
      assert.deepEqual(
        findings.filter(({ filename }) => filename.endsWith(file)),
        [],
      );
    });
  }
});
