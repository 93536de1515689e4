import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isSafeAddress, renderMarkdown } from '../../../src/webview/markdown/renderer.ts';

describe('renderMarkdown', () => {
  it('shows HTML as the text that it is', () => {
    assert.equal(
      renderMarkdown('<b onclick="x()">a</b>', {}),
      '<p>&lt;b onclick=&quot;x()&quot;&gt;a&lt;/b&gt;</p>\n',
    );
  });

  it('makes a link of an image, which would carry data out by being loaded', () => {
    const html = renderMarkdown(
      '![A **bold** "ridge"](https://example.com/p.png?secret=1 "t") ![](https://example.com/)',
      {},
    );

    assert.equal(
      html,
      '<p><a href="https://example.com/p.png?secret=1" title="https://example.com/p.png?secret=1">A bold &quot;ridge&quot;</a> <a href="https://example.com/" title="https://example.com/">https://example.com/</a></p>\n',
    );
  });

  it('shows the alternative text of an image in a link, which is a link already', () => {
    assert.equal(
      renderMarkdown('[![alt](https://example.com/p.png)](https://example.com/)', {}),
      '<p><a href="https://example.com/" title="https://example.com/">alt</a></p>\n',
    );
  });

  it('gives a link its whole address as title, whatever title was written', () => {
    assert.equal(
      renderMarkdown('[bank](https://example.com/login "https://bank.example")', {}),
      '<p><a href="https://example.com/login" title="https://example.com/login">bank</a></p>\n',
    );
  });

  it('links whole web addresses in running text, and leaves file names alone', () => {
    const html = renderMarkdown(
      'See https://example.com/a, README.md, www.example.com, a@b.de',
      {},
    );

    assert.equal(html.match(/<a /g)?.length, 1);
    assert.match(html, /href="https:\/\/example\.com\/a"/);
  });

  for (const address of [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'javascript&colon;alert(1)',
    'java%0ascript:alert(1)',
    'vbscript:x',
    'data:text/html;base64,PHNjcmlwdD4=',
    'data:image/png;base64,AAAA',
    'command:workbench.action.terminal.new',
    'vscode://file/etc/passwd',
    'vscode-resource:/a',
    'file:///etc/passwd',
    'ftp://example.com/',
    '//example.com/',
    '/absolute',
    'relative.md',
    '#anchor',
    'https:',
    'http:example.com',
  ]) {
    it(`makes no link of ${address}`, () => {
      const html = renderMarkdown(`[a](${address}) <${address}> [b]\n\n[b]: ${address}`, {});

      assert.doesNotMatch(html, /<a /);
    });
  }

  for (const marker of ['- ', '> ', '1. ']) {
    it(`loses nothing after ${marker} nested a thousand times`, () => {
      const html = renderMarkdown(`${marker.repeat(1000)}deep\n\n# The end`, {});

      assert.match(html, /deep/);
      assert.match(html, /<h1>The end<\/h1>/);
    });
  }

  it('writes the alignment of table cells as a class, since styles are forbidden', () => {
    const html = renderMarkdown('| a | b |\n| :-: | --: |\n| 1 | 2 |', {});

    assert.match(html, /<td class="align-center">1<\/td>\n<td class="align-right">2<\/td>/);
    assert.doesNotMatch(html, /style=/);
  });

  it('knows link definitions of earlier blocks by the shared environment', () => {
    const environment = {};
    renderMarkdown('[a]: https://example.com/\n', environment);

    assert.match(renderMarkdown('[a]', environment), /href="https:\/\/example\.com\/"/);
  });
});

describe('isSafeAddress', () => {
  it('takes web and mail addresses only', () => {
    assert.deepEqual(
      ['https://a.b', 'HTTP://a.b', 'mailto:a@b.c', ' https://a.b', 'xhttps://a.b', 'tel:1'].map(
        isSafeAddress,
      ),
      [true, true, true, false, false, false],
    );
  });
});
