import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { labelText, withoutIcons } from '../../../src/host/history/labelText.ts';

describe('the label of a conversation', () => {
  it('is one line', () => {
    assert.equal(labelText(' a\r\nb\u2028c\td\u202Egnp \n'), 'a b c d gnp');
  });

  it('is of bearable length', () => {
    assert.equal(labelText('x'.repeat(5000)).length, 200);
  });

  it('is empty when there is nothing to see', () => {
    assert.equal(labelText(' \n\u0000'), '');
  });

  it('draws no icons', () => {
    const icon = /\$\([a-z0-9-]+(?:~[a-z0-9-]+)?\)/i;
    assert.doesNotMatch(withoutIcons('$(trash) and $$(sync~spin).png'), icon);
    assert.equal(withoutIcons('$5 (a)'), '$5 (a)');
  });
});
