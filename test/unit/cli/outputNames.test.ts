import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { outputFile, outputNames } from '../../cli/outputNames.ts';

describe('the names of written files', () => {
  it('are those of the files, with the extension of what was made of them', () => {
    const [name = ''] = outputNames(['in/photo.heic'], 'out');
    assert.equal(outputFile('out', name, 'image/jpeg'), join('out', 'photo.jpg'));
    assert.equal(outputFile('out', name, 'image/png', 2), join('out', 'photo.2.png'));
  });

  it('are numbered where files have the same, in any case of letters', () => {
    const files = ['a/shot.png', 'b/shot.jpg', 'c/Shot.webp', 'shot-2.png'];
    assert.deepEqual(outputNames(files, 'out'), ['shot', 'shot-2', 'Shot-3', 'shot-2-2']);
  });

  it('are numbered where a file is called as the tile of another', () => {
    assert.deepEqual(outputNames(['page.png', 'page.1.png'], 'out'), ['page', 'page.1-2']);
    assert.deepEqual(outputNames(['page.1.png', 'page.2.png', 'page.png'], 'out'), [
      'page.1',
      'page.2',
      'page-2',
    ]);
  });

  it('are never those of the files themselves', () => {
    assert.deepEqual(outputNames(['in/photo.jpg', 'in/photo-2.jpg'], 'in'), [
      'photo-3',
      'photo-2-2',
    ]);
  });

  it('keep a name that is nothing but an extension', () => {
    assert.deepEqual(outputNames(['.png', 'no extension'], 'out'), ['.png', 'no extension']);
  });
});
