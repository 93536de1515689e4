import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { languageIdOf } from '../../../src/host/panel/fenceLanguage.ts';

const KNOWN = ['css', 'csharp', 'html', 'javascript', 'plaintext', 'python', 'shellscript', 'QML'];

describe('the language of a new file', () => {
  const fences: readonly (readonly [fence: string, id: string])[] = [
    ['css', 'css'],
    ['HTML', 'html'],
    ['js', 'javascript'],
    ['py', 'python'],
    ['bash', 'shellscript'],
    ['sh', 'shellscript'],
    ['c#', 'csharp'],
    ['qml', 'QML'],
    ['', 'plaintext'],
    ['klingon', 'plaintext'],
    ['constructor', 'plaintext'],
  ];
  for (const [fence, id] of fences) {
    it(`is ${id} for a fence of "${fence}"`, () => assert.equal(languageIdOf(fence, KNOWN), id));
  }

  it('is none that this VS Code does not have', () => {
    assert.equal(languageIdOf('rs', KNOWN), 'plaintext');
    assert.equal(languageIdOf('rs', [...KNOWN, 'rust']), 'rust');
  });

  it('is the one of an extension that has the name of an alias', () => {
    assert.equal(languageIdOf('svg', [...KNOWN, 'svg', 'xml']), 'svg');
  });
});
