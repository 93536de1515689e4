import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { BlockSplitter } from '../../../src/webview/markdown/blocks.ts';
import type { Block } from '../../../src/webview/markdown/blocks.ts';
import { renderMarkdown } from '../../../src/webview/markdown/renderer.ts';

describe('BlockSplitter', () => {
  it('keeps a block open until a later one has begun on a whole line', () => {
    const splitter = new BlockSplitter();

    assert.deepEqual(sources(splitter.update('One\n\nTwo').finished), []);
    assert.deepEqual(sources(splitter.update('One\n\nTwo\n').finished), ['One\n\n']);
    assert.equal(splitter.update('One\n\nTwo\nThree').open.source, 'Two\nThree');
  });

  it('takes nothing for final that the rest of a line can still change', () => {
    const splitter = new BlockSplitter();

    // A lone # is a heading, #1 goes on with the paragraph.
    assert.deepEqual(sources(splitter.update('See issue\n#').finished), []);
    assert.deepEqual(sources(splitter.update('See issue\n#1\n').finished), []);
  });

  it('keeps an unclosed fence together, blank lines and headings in it included', () => {
    const { finished, open } = new BlockSplitter().update('Text\n\n```md\n# a\n\n# b\n\n- c\n');

    assert.deepEqual(sources(finished), ['Text\n\n']);
    assert.equal(open.source, '```md\n# a\n\n# b\n\n- c\n');
  });

  it('cuts text that is longer than anybody writes at once, after a word', () => {
    const text = 'word '.repeat(5000);
    const { finished, open } = new BlockSplitter().update(text);

    assert.equal([...sources(finished), open.source].join(''), text);
    assert.ok([...sources(finished), open.source].every(({ length }) => length <= 6000));
    assert.ok(sources(finished).every((source) => source.endsWith('word ')));
  });

  it('cuts a long paragraph alike when another follows', () => {
    const text = `${'a line\n'.repeat(2000)}\nEnd\n`;
    const { finished, open } = new BlockSplitter().update(text);

    assert.equal([...sources(finished), open.source].join(''), text);
    assert.ok(sources(finished).every(({ length }) => length <= 6000));
    assert.ok(sources(finished).every((source) => /a line\n+$/.test(source)));
  });

  it('tears no character apart where there is no word to cut after', () => {
    const { finished } = new BlockSplitter().update(`x${'😀'.repeat(5000)}`);

    assert.ok(sources(finished).length > 0);
    assert.ok(sources(finished).every((source) => source.isWellFormed()));
  });

  it('leaves code whole, however long its line is', () => {
    const text = `\`\`\`json\n${'1,'.repeat(10_000)}`;
    const { finished, open } = new BlockSplitter().update(text);

    assert.deepEqual(finished, []);
    assert.equal(open.source, text);
  });

  it('cuts a list of long items between them', () => {
    const item = `- ${'word '.repeat(200)}\n`;
    const { finished } = new BlockSplitter().update(item.repeat(20));

    assert.ok(finished.length > 2);
    assert.ok(finished.every(({ source }) => source.startsWith('- ') && source.endsWith('\n')));
  });

  it('goes past blank lines without end', () => {
    const splitter = new BlockSplitter();
    splitter.update('\n'.repeat(10_000));

    assert.equal(splitter.update(`${'\n'.repeat(10_000)}End`).open.source, 'End');
  });

  it('starts again when the text is another one', () => {
    const splitter = new BlockSplitter();
    splitter.update('One\n\nTwo\n');

    const { restarted, open } = splitter.update('Three');

    assert.equal(restarted, true);
    assert.equal(open.source, 'Three');
  });

  it('treats the line ends of Windows as line ends', () => {
    const { finished } = new BlockSplitter().update('One\r\n\r\nTwo\r\n');

    assert.deepEqual(sources(finished), ['One\n\n']);
  });

  it('cuts a long list between items, and says that the next piece goes on', () => {
    const list = Array.from({ length: 60 }, (_, index) => `${index + 1}. item\n`).join('');

    const { finished, open } = new BlockSplitter().update(list);

    assert.deepEqual(
      finished.map(({ continues }) => continues),
      [false, true],
    );
    assert.equal(sources(finished).join('') + open.source, list);
    assert.match(open.source, /^49\. item\n/);
    assert.equal(open.continues, true);
  });

  it('repeats the head of a long table before every piece of it', () => {
    const head = '| a | b |\n| --- | --: |\n';
    const table = head + Array.from({ length: 60 }, (_, index) => `| ${index} | x |\n`).join('');

    const { finished, open } = new BlockSplitter().update(table);

    assert.equal(finished.length, 2);
    assert.ok(finished[1]?.source.startsWith(`${head}| 24 | x |\n`));
    assert.ok(open.source.startsWith(head));
    assert.match(renderMarkdown(open.source, {}), /^<table>/);
  });

  it('begins a very long table anew after some pieces, since browsers lay tables out whole', () => {
    const rows = Array.from({ length: 500 }, (_, index) => `| ${index} |\n`).join('');

    const { finished } = new BlockSplitter().update(`| a |\n| - |\n${rows}`);

    assert.equal(finished.filter(({ continues }) => !continues).length, 3);
  });

  it('repeats the fence before every piece of long code', () => {
    const { finished, open } = new BlockSplitter().update(`~~~ts\n${'let a;\n'.repeat(60)}~~~\n`);

    assert.ok([...finished, open].every(({ source }) => source.startsWith('~~~ts\nlet a;\n')));
    assert.ok(open.source.endsWith('~~~\n'));
  });

  it('comes to the same text however the answer is cut up on its way', () => {
    const line = fc.constantFrom(
      '# h',
      'text',
      '',
      '',
      '- a',
      '  - b',
      '1. x',
      '```',
      '```js',
      '~~~',
      '> q',
      '| a | b |',
      '|---|---|',
      '***',
      '---',
      '    code',
      '**bo',
      'ld**',
      '[l](http://a.b/)',
      '#',
      '-',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), fc.array(fc.nat(40)), (lines, steps) => {
        const text = lines.join('\n');
        const splitter = new BlockSplitter();
        const finished: Block[] = [];
        let at = 0;
        for (const step of steps) {
          at = Math.min(text.length, at + step);
          finished.push(...splitter.update(text.slice(0, at)).finished);
        }
        const last = splitter.update(text);
        const streamed = [...finished, ...last.finished, last.open].filter(({ source }) => source);
        const whole = new BlockSplitter().update(text);
        const atOnce = [...whole.finished, whole.open].filter(({ source }) => source);

        assert.deepEqual(streamed, atOnce);
      }),
    );
  });
});

function sources(blocks: readonly Block[]): readonly string[] {
  return blocks.map(({ source }) => source);
}
