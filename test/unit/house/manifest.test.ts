import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { IMAGE_EXTENSIONS } from '../../../src/core/formats/imageExtensions.ts';
import { COMMANDS, CONVERSATION_VIEW, SETTINGS, SETTINGS_SECTION } from '../../../src/host/ids.ts';

interface MenuItem {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
}

interface Manifest {
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly submenus: readonly { readonly id: string }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly configuration: {
      readonly properties: Readonly<Record<string, { readonly default: unknown }>>;
    };
  };
}

const read = (file: string): string =>
  readFileSync(join(import.meta.dirname, '../../..', file), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const { contributes } = manifest;

describe('the manifest', () => {
  it('contributes the commands that the code knows, and no others', () => {
    assert.deepEqual(
      contributes.commands.map(({ command }) => command).toSorted(),
      Object.values(COMMANDS).toSorted(),
    );
  });

  it('puts known commands and submenus into its menus', () => {
    const known = new Set<string | undefined>([
      ...Object.values(COMMANDS),
      ...contributes.submenus.map(({ id }) => id),
    ]);
    const used = Object.values(contributes.menus).flatMap((items) =>
      items.map(({ command, submenu }) => command ?? submenu),
    );
    assert.notEqual(used.length, 0);
    assert.deepEqual(
      used.filter((id) => !known.has(id)),
      [],
    );
  });

  it('offers its commands on the files that can be read, and on no others', () => {
    const patterns = Object.values(contributes.menus)
      .flat()
      .flatMap(({ when = '' }) => /resourceExtname =~ (\S+)/.exec(when)?.[1] ?? []);
    assert.deepEqual([...new Set(patterns)], [String.raw`/^\.(${IMAGE_EXTENSIONS.join('|')})$/i`]);
  });

  it('contributes the settings that the code reads, each with a default', () => {
    const { properties } = contributes.configuration;
    assert.deepEqual(
      Object.keys(properties).toSorted(),
      Object.values(SETTINGS)
        .map((key) => `${SETTINGS_SECTION}.${key}`)
        .toSorted(),
    );
    assert.ok(Object.values(properties).every((property) => property.default !== undefined));
  });

  it('contributes the view that the code fills', () => {
    const views = Object.values(contributes.views).flatMap((group) => group.map(({ id }) => id));
    assert.deepEqual(views, [CONVERSATION_VIEW]);
  });

  it('takes every text from package.nls.json, and leaves none unused there', () => {
    const used = [...read('package.json').matchAll(/"%([^%"]+)%"/g)].map(([, key = '']) => key);
    assert.deepEqual(
      [...new Set(used)].toSorted(),
      Object.keys(JSON.parse(read('package.nls.json')) as object).toSorted(),
    );
  });

  it('is checked against the API of the oldest VS Code that it allows', () => {
    const minor = (version: string): string => version.replace(/^\^/, '').split('.', 2).join('.');
    assert.equal(
      minor(manifest.devDependencies['@types/vscode'] ?? ''),
      minor(manifest.engines.vscode),
    );
  });

  it('pins every package to an exact version', () => {
    const loose = Object.entries(manifest.devDependencies).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    assert.deepEqual(loose, []);
  });
});
