import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { shownName } from '../../../src/host/images/shownName.ts';

describe('the shown name of an image', () => {
  it('is its own up to 200 characters', () => {
    for (const name of ['', 'a.png', `${'a'.repeat(196)}.png`]) {
      assert.equal(shownName(name), name);
    }
  });

  it('loses its middle beyond that, and keeps its extension', () => {
    const name = shownName(`${'a'.repeat(100_000)}.png`);
    assert.equal(name.length, 200);
    assert.match(name, /^a+…a+\.png$/);
  });

  it('is cut between characters', () => {
    for (const start of ['', 'a']) {
      const name = shownName(start + '🖼'.repeat(1000));
      assert.ok(name.isWellFormed(), start);
      assert.ok(name.length <= 200);
    }
  });
});
