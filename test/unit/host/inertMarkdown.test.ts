import assert from 'node:assert/strict';
import MarkdownIt from 'markdown-it';
import { describe, it } from 'mocha';
import { inertMarkdown } from '../../../src/host/history/inertMarkdown.ts';
import { ATTACKS } from '../../support/attacks.ts';

/** As a reader shows it that lets everything through. */
const reader = new MarkdownIt({ html: true, linkify: true });

/** Texts in which something only looks like code. */
const DISGUISES: readonly string[] = [
  '!![p](https://example.com/p.png)',
  String.raw`\\![p](https://example.com/p.png)`,
  '![p]\n\n[p]: https://example.com/p.png',
  '[a](x`y) ![p](https://example.com/p.png) `',
  '[a](<x `y> "t`t") ![p](https://example.com/p.png) `',
  '[a](x "t\nt`t") ![p](https://example.com/p.png) `',
  '`` a\n`x `` ![p](https://example.com/p.png)`',
  '| a | b |\n| - | - |\n| ` | ![p](https://example.com/p.png) ` |',
  '> ```\n![p](https://example.com/p.png)',
  '- ```\n![p](https://example.com/p.png)\n```',
  '- ```\n  ```\n  ![p](https://example.com/p.png)',
  '- a\n  ```\n![p](https://example.com/p.png)\n  ```',
  'text\n    ```\n    ![p](https://example.com/p.png)',
  '<a title="`"> ![p](https://example.com/p.png) `',
  '<div>\n```\n</div>\n\n![p](https://example.com/p.png)\n```',
  String.raw`\`![p](https://example.com/p.png)` + '`',
];

describe('inertMarkdown', () => {
  for (const text of [...ATTACKS, ...DISGUISES]) {
    it(`leaves nothing to load or to run of ${JSON.stringify(text)}`, () => {
      const tokens = reader
        .parse(inertMarkdown(text), {})
        .flatMap((token) => [token, ...(token.children ?? [])]);
      assert.deepEqual(
        tokens.filter(({ type }) => /^(?:image|html_)/.test(type)).map(({ type }) => type),
        [],
      );
    });
  }

  const asItIs: readonly string[] = [
    '# A **cat**\n\n- [x] `Array<string | undefined>` and `![p](u)`\n\n| a |\n| - |\n| `<b>` |',
    '```html\n<img src=x>\n```\n\n    <p>\n\n- a\n  ```md\n  ![p](u)\n  ```',
    'See [the page](https://example.com/a), <https://example.com>, a < b, and `<div>`.',
    String.raw`\<b> and \![p](https://example.com)`,
    'It costs $5: `<b>`',
  ];
  for (const text of asItIs) {
    it(`keeps ${JSON.stringify(text)}`, () => {
      assert.equal(inertMarkdown(text), text);
    });
  }

  it('makes links of images and text of HTML', () => {
    assert.equal(
      inertMarkdown('![p](https://example.com/p.png) ![a][b] <img src="x">'),
      '[p](https://example.com/p.png) [a][b] &lt;img src="x">',
    );
  });

  it('does not take code for code that a formula may end', () => {
    assert.equal(inertMarkdown('$a`$ ![p](u) `'), '$a`$ [p](u) `');
    assert.equal(inertMarkdown('$$\n```\n$$\n![p](u)\n```'), '$$\n```\n$$\n[p](u)\n```');
  });
});
