import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { hasImageExtension, IMAGE_EXTENSIONS } from '../../../src/core/formats/imageExtensions.ts';
import { IMAGES_BELOW } from '../../../src/host/images/imageFiles.ts';

describe('image files', () => {
  it('are told by their extension, in either case', () => {
    for (const name of ['/a/b.png', 'B.JPEG', 'scan.Tiff', 'logo.svg', 'IMG_1.HEIC']) {
      assert.equal(hasImageExtension(name), true, name);
    }
    for (const name of ['/a/b.ts', 'png', '', 'b.png.txt', '/images.png/readme', 'a.psd']) {
      assert.equal(hasImageExtension(name), false, name);
    }
  });

  it('are looked for by every extension once', () => {
    assert.equal(new Set(IMAGE_EXTENSIONS).size, IMAGE_EXTENSIONS.length);
    assert.match(IMAGES_BELOW, /^\*\*\/\*\.\{\[pP\]\[nN\]\[gG\],/);
    assert.equal(IMAGES_BELOW.split(',').length, IMAGE_EXTENSIONS.length);
  });
});
