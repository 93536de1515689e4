import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Bitmap } from '../../../../src/imaging/bitmap.ts';
import { DecodeError } from '../../../../src/imaging/decodeError.ts';
import type { DecodeOptions } from '../../../../src/imaging/formats/decoder.ts';
import { renderSvg } from '../../../../src/imaging/formats/svgRenderer.ts';
import { makeClaimingPng, makeRgbaPng } from '../makeImages.ts';
import { assertBitmap, assertSurvivesDamage, isTruncated, pixelAt } from './pictures.ts';

const SIZE = { width: 100, height: 50 };
const NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';

function svg(body: string, attributes = 'width="100" height="50"'): string {
  return `<svg ${NAMESPACES} ${attributes}>${body}</svg>`;
}

async function draw(text: string, options: DecodeOptions = {}): Promise<Bitmap> {
  return await renderSvg(Buffer.from(text), options);
}

/** Sum of the alphas: how much ink there is. */
function ink({ data }: Bitmap): number {
  let sum = 0;
  for (let at = 3; at < data.length; at += 4) {
    sum += data[at] ?? 0;
  }
  return sum / 255;
}

async function drawAndNotice(body: string): Promise<{ bitmap: Bitmap; noticed: boolean }> {
  let noticed = false;
  const onExternalParts = (): void => {
    noticed = true;
  };
  return { bitmap: await draw(svg(body), { onExternalParts }), noticed };
}

describe('renderSvg', () => {
  it('draws on transparent ground, with colours that alpha is not multiplied into', async () => {
    const bitmap = await draw(svg('<rect width="50" height="50" fill="#c80" fill-opacity="0.5"/>'));
    assertBitmap(bitmap, SIZE);
    assert.deepEqual(pixelAt(bitmap, 99, 49), [0, 0, 0, 0]);
    const [r = 0, g = 0, b, a] = pixelAt(bitmap, 10, 10);
    assert.ok(Math.abs(r - 204) < 2 && Math.abs(g - 136) < 2, `${r} ${g}`);
    assert.deepEqual([b, a], [0, 128]);
  });

  it('draws at the size that is wanted, and not by enlarging', async () => {
    const target = { width: 1000, height: 500 };
    const bitmap = await draw(svg('<rect x="50" width="50" height="50"/>'), { target });
    assertBitmap(bitmap, target);
    assert.deepEqual([pixelAt(bitmap, 499, 250)[3], pixelAt(bitmap, 500, 250)[3]], [0, 255]);
  });

  it('keeps to the wanted size where its own would round to another', async () => {
    for (const [width, height, wide, high] of [
      [333, 217, 100, 65],
      [333, 217, 100, 66],
      [217, 333, 65, 100],
      [3000, 2, 100, 1],
    ] as const) {
      const size = `width="${width}" height="${height}"`;
      const target = { width: wide, height: high };
      const bitmap = await draw(svg('<rect width="3000" height="3000"/>', size), { target });
      assertBitmap(bitmap, target);
      assert.equal(Math.round(ink(bitmap)), wide * high);
    }
  });

  it('has the size that its header says, in all the ways to say it', async () => {
    for (const attributes of [
      'viewBox="0 0 100 50"',
      'viewbox="0 0 100 50"',
      'width="100" viewBox="0 0 10 5"',
      'height="0.5208333in" viewBox="0 0 10 5"',
      'width="100%" height="100%" viewBox="0 0 100 50"',
    ]) {
      const bitmap = await draw(svg('<rect width="100" height="50"/>', attributes));
      assertBitmap(bitmap, SIZE);
      assert.equal(ink(bitmap), 5000, attributes);
    }
  });

  it('draws text, whatever family it asks for', async () => {
    for (const family of ['', 'Nobody Has This', 'serif', 'Arial, sans-serif', 'monospace']) {
      const text = `<text x="5" y="30" font-family="${family}">Hello</text>`;
      assert.ok(ink(await draw(svg(text))) > 60, family);
    }
    assert.equal(ink(await draw(svg('<text x="5" y="30"></text>'))), 0);
  });

  it('draws generic families, bold and ordinary, each with a font of its own', async () => {
    const inks = new Set<number>();
    for (const style of [
      'font-family="sans-serif"',
      'font-family="serif"',
      'style="font-family:\'Nobody Has This\', monospace"',
      'font-family="sans-serif" font-weight="bold"',
    ]) {
      inks.add(Math.round(ink(await draw(svg(`<text x="5" y="30" ${style}>Hello</text>`)))));
    }
    assert.equal(inks.size, 4);
    const css = '<style>text { font-family: "Nobody", monospace; font-size: 16px }</style>';
    const styled = await draw(svg(`${css}<text x="5" y="30">Hello</text>`));
    const named = await draw(
      svg('<text x="5" y="30" font-size="16" font-family="DejaVu Sans Mono">Hello</text>'),
    );
    assert.equal(ink(styled), ink(named));
  });

  it('draws a picture that is embedded', async () => {
    const png = makeRgbaPng({ width: 1, height: 1 }, Buffer.of(9, 8, 7, 255)).toString('base64');
    const { bitmap, noticed } = await drawAndNotice(
      `<image width="100" height="50" preserveAspectRatio="none" xlink:href="data:image/png;base64,${png}"/>`,
    );
    assert.deepEqual(pixelAt(bitmap, 50, 25), [9, 8, 7, 255]);
    assert.equal(noticed, false);
  });

  it('draws nothing from outside of the file, runs no script, and says so', async () => {
    for (const body of [
      '<image width="9" height="9" href="http://127.0.0.1:9/a.png"/>',
      "<image width='9' height='9' xlink:href='a.png'/>",
      '<use href="other.svg#a"/>',
      '<style>@import "a.css";</style>',
      '<rect width="0" height="9" fill="url(other.svg#a)"/>',
      '<style>rect { mask: url( "other.svg#a" ) }</style>',
      '<script>document.documentElement.appendChild(0)</script>',
      '<foreignObject width="9" height="9"><p xmlns="http://www.w3.org/1999/xhtml">a</p></foreignObject>',
    ]) {
      const { bitmap, noticed } = await drawAndNotice(body);
      assert.equal(noticed, true, body);
      assert.equal(ink(bitmap), 0, body);
    }
  });

  it('takes references inside of the file, links and comments for what they are', async () => {
    for (const body of [
      '<defs><g id="a"><rect width="9" height="9"/></g></defs><use href="#a"/>',
      '<a href="https://example.com/"><rect width="9" height="9"/></a>',
      '<rect width="9" height="9" style="fill:url(#none) red"/>',
      `<rect width="9" height="9" fill="url('#none') red"/>`,
      '<!-- <image href="a.png"/> --><rect width="9" height="9"/>',
    ]) {
      const { bitmap, noticed } = await drawAndNotice(body);
      assert.equal(noticed, false, body);
      assert.equal(ink(bitmap), 81, body);
    }
  });

  it('reads other encodings than UTF-8', async () => {
    const text = svg('<text x="5" y="30">\u00e4\u00e9</text>');
    const expected = ink(await draw(text));
    const wide = Buffer.from(`\ufeff${text}`, 'utf16le');
    assert.equal(ink(await renderSvg(wide, {})), expected);
    const declared = `<?xml version="1.0" encoding="ISO-8859-1"?>${text}`;
    assert.equal(ink(await renderSvg(Buffer.from(declared, 'latin1'), {})), expected);
  });

  it('keeps entities that programs use for namespaces', async () => {
    const doctype = '<!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg">]>';
    const body = '<rect width="9" height="9"/>';
    const text = `${doctype}<svg xmlns="&ns;" width="100" height="50">${body}</svg>`;
    assert.equal(ink(await draw(text)), 81);
  });

  it('refuses at once what only wants time or memory', async () => {
    const nested = Array.from('bcdefghij').map(
      (name, index) => `<!ENTITY ${name} "${`&${'abcdefghij'[index]};`.repeat(10)}">`,
    );
    const bombs = {
      nested: `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">${nested.join('')}]>${svg('<text>&j;</text>')}`,
      long: `<!DOCTYPE svg [<!ENTITY a "${'a'.repeat(50_000)}">]>${svg(`<desc>${'&a;'.repeat(5000)}</desc>`)}`,
      loop: `<!DOCTYPE svg [<!ENTITY a "&b;"><!ENTITY b "&a;">]>${svg('<text>&a;</text>')}`,
      deep: svg('<g>'.repeat(100_000) + '</g>'.repeat(100_000)),
      uses: svg(
        `<defs><g id="a0"><rect width="1" height="1"/></g>${Array.from(
          { length: 8 },
          (_, index) => `<g id="a${index + 1}">${`<use href="#a${index}"/>`.repeat(10)}</g>`,
        ).join('')}</defs><use href="#a8"/>`,
      ),
      picture: svg(
        `<image width="9" height="9" href="data:image/png;base64,${makeClaimingPng({
          width: 30_000,
          height: 30_000,
        }).toString('base64')}"/>`,
      ),
    };
    for (const [name, bomb] of Object.entries(bombs)) {
      const start = performance.now();
      await assert.rejects(draw(bomb), DecodeError, name);
      assert.ok(performance.now() - start < 10_000, name);
    }
  });

  it('refuses what is no drawing', async () => {
    const truncated = svg('<rect/>').slice(0, -8);
    await assert.rejects(draw(truncated), isTruncated);
    await assert.rejects(draw('hello'), DecodeError);
    await assert.rejects(draw(svg('<rect <')), DecodeError);
  });

  it('survives damage', async () => {
    const body = '<style>a{b:url(#c)}</style><g id="c"><text x="5" y="9">Hi</text></g>';
    await assertSurvivesDamage(
      (bytes) => renderSvg(bytes, { target: { width: 40, height: 20 } }),
      Buffer.from(svg(`${body}<path d="M0 0 L 9 9 Z" stroke="red"/><use href="#c"/>`)),
      150,
    );
  });
});
