import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { probe } from '../../../src/core/formats/probe.ts';
import { failureOf, headerOf } from './readHeader.ts';

const XMLNS = 'xmlns="http://www.w3.org/2000/svg"';

function sizeOf(attributes: string): readonly [number, number] {
  const { size } = headerOf(Buffer.from(`<svg ${XMLNS} ${attributes}><g/></svg>`));
  return [size.width, size.height];
}

function detailOf(source: string): string {
  const failure = failureOf(Buffer.from(source));
  assert.ok(failure.kind === 'imageDamaged' && failure.format === 'SVG', JSON.stringify(failure));
  return failure.detail;
}

describe('the header of an SVG', () => {
  it('reads lengths in every unit, with and without exponents', () => {
    for (const [length, pixels] of [
      ['123', 123],
      [' 123px ', 123],
      ['1.23e2', 123],
      ['+.5e+1px', 5],
      ['1in', 96],
      ['2.54cm', 96],
      ['25.4mm', 96],
      ['72pt', 96],
      ['6pc', 96],
      ['2em', 32],
      ['2EX', 16],
      ['101.6Q', 96],
      ['10.5', 11],
      ['0.2', 1],
    ] as const) {
      assert.deepEqual(sizeOf(`width="${length}" height='${length}'`), [pixels, pixels], length);
    }
  });

  it('takes what is missing from the proportions of the viewBox', () => {
    const box = 'viewBox="0 0 246 912"';
    assert.deepEqual(sizeOf(box), [246, 912]);
    assert.deepEqual(sizeOf(`${box} width="123"`), [123, 456]);
    assert.deepEqual(sizeOf(`${box} height="456"`), [123, 456]);
    assert.deepEqual(sizeOf(`${box} width="100%" height="456"`), [123, 456]);
    assert.deepEqual(sizeOf('viewBox="-1.5,-2, 10 ,20"'), [10, 20]);
    assert.deepEqual(sizeOf('viewbox="0 0 10 20"'), [10, 20]);
  });

  it('is 300 by 150 when nothing says otherwise', () => {
    assert.deepEqual(sizeOf(''), [300, 150]);
    assert.deepEqual(sizeOf('width="100%" height="100%"'), [300, 150]);
    assert.deepEqual(sizeOf('width="-5" height="auto" viewBox="0 0 0 5"'), [300, 150]);
    assert.deepEqual(sizeOf('stroke-width="2" data-height="7"'), [300, 150]);
  });

  it('is found behind declaration, comments and document type, in UTF-8 and UTF-16', () => {
    const source =
      '<?xml version="1.0"?>\n<!-- a > b <svg> -->\n' +
      '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "a>b" [\n' +
      '<!ENTITY ns "http://x/>y"> <!-- ]> -->\n]>\n' +
      `<s:svg ${XMLNS}\n width="12" height="34"/>`;
    const wide = Buffer.from(source, 'utf16le');
    for (const bytes of [
      Buffer.from(source),
      Buffer.from(`\ufeff${source}`),
      wide,
      Buffer.from(`\ufeff${source}`, 'utf16le'),
      Buffer.from(wide).swap16(),
      Buffer.from(`\ufeff${source}`, 'utf16le').swap16(),
    ]) {
      assert.deepEqual(headerOf(bytes).size, { width: 12, height: 34 });
    }
  });

  it('reads the root element only, and values with brackets and other quotes in them', () => {
    const onclick = `onclick='alert("<(*-*)> height=\\"7\\"")'`;
    assert.deepEqual(sizeOf(`width="12" ${onclick} height="34"`), [12, 34]);
    assert.deepEqual(sizeOf('id="größe" width = "12"\n\theight\n=\n"34"'), [12, 34]);
  });

  it('says what is wrong with the root element', () => {
    for (const malformed of [
      '<svg width=100 height=100 />',
      '<svg width="100" height="100"viewBox="0 0 1 1"></svg>',
      '<svg width="100" height></svg>',
      '<svg width="100" ^ height="7"></svg>',
      '<svg / width="100"></svg>',
    ]) {
      assert.match(detailOf(malformed), /malformed/, malformed);
    }
    assert.match(detailOf(`<svg ${XMLNS} width="100"></svg>`), /no height/);
    assert.match(detailOf('<svg width="1e400" height="5"></svg>'), /size/);
    assert.match(detailOf('<svg width="0" height="5"></svg>'), /size/);
    assert.match(detailOf(`<svg x="${'y'.repeat(1_100_000)}">`), /without end/);
    for (const cut of ['<svg width="100', '<svg width="100"', '<svg width', '<svg /', '<svg ']) {
      assert.deepEqual(failureOf(Buffer.from(cut)), { kind: 'imageTruncated', format: 'SVG' });
    }
  });

  it('asks for more bytes until the root element is whole', () => {
    const svg = Buffer.from(
      `<svg ${XMLNS} style="${'a'.repeat(90_000)}" width="12" height="34"></svg>`,
    );
    const first = probe(svg.subarray(0, 65_536), svg.length);
    assert.ok(first.kind === 'needMoreBytes' && first.atLeast <= svg.length);
    assert.equal(probe(svg.subarray(0, first.atLeast), svg.length).kind, 'header');
  });

  it('reads long numbers and long prologs in no time', () => {
    const started = performance.now();
    assert.deepEqual(sizeOf(`width="${'1'.repeat(60_000)}x" viewBox="0 0 10 20"`), [10, 20]);
    failureOf(Buffer.from(`<!DOCTYPE svg ${'[]'.repeat(8000)}`));
    failureOf(Buffer.from(`<svg ${' \n'.repeat(500_000)}`));
    assert.ok(performance.now() - started < 10_000);
  });
});
