import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { nextUtterance } from '../../../src/webview/sentences.ts';

describe('nextUtterance', () => {
  it('waits until a sentence is whole', () => {
    assert.deepEqual(nextUtterance('A ridge at sun', 0, false), { text: '', end: 0 });
    assert.deepEqual(nextUtterance('A ridge. The li', 0, false), { text: 'A ridge.', end: 8 });
  });

  it('does not take a point for an end before it knows what follows', () => {
    assert.equal(nextUtterance('It costs 3.', 0, false).text, '');
    assert.equal(nextUtterance('It costs 3.50 dollars. ', 0, false).text, 'It costs 3.50 dollars.');
  });

  it('goes on where it ended', () => {
    const text = 'One. Two. Thr';
    const first = nextUtterance('One. T', 0, false);

    assert.equal(nextUtterance(text, first.end, false).text, 'Two.');
  });

  it('reads a heading or list item at the end of its line', () => {
    assert.equal(nextUtterance('## Colours\n- red', 0, false).text, 'Colours');
  });

  it('reads the rest when the answer has ended', () => {
    assert.deepEqual(nextUtterance('One. Two', 4, true), { text: 'Two', end: 8 });
  });

  it('leaves out the signs of Markdown', () => {
    const markdown = '**Bold** and `code`, [a link](https://example.com).\n\n```js\nlet a;\n```\n';

    assert.equal(nextUtterance(markdown, 0, true).text, 'Bold and code, a link. let a;');
  });

  it('reads a table as its cells', () => {
    const markdown = '| Part | Share |\n| --- | ---: |\n| Sky | 40 % |\n';

    assert.equal(nextUtterance(markdown, 0, true).text, 'Part, Share. Sky, 40 %.');
  });

  it('knows the full stops of Chinese and Japanese', () => {
    assert.equal(nextUtterance('山の写真。空は', 0, false).text, '山の写真。');
  });
});
