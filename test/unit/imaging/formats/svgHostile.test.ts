import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Size } from '../../../../src/core/formats/imageHeader.ts';
import { DecodeError } from '../../../../src/imaging/decodeError.ts';
import { renderSvg } from '../../../../src/imaging/formats/svgRenderer.ts';
import { safeSource } from '../../../../src/imaging/formats/svgSource.ts';
import { makeClaimingPng, makeGreyPng } from '../makeImages.ts';

const NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';

function svg(body: string, size: Size = { width: 100, height: 100 }): string {
  return `<svg ${NAMESPACES} width="${size.width}" height="${size.height}">${body}</svg>`;
}

interface Drawn {
  readonly ink: number;
  readonly external: boolean;
}

async function draw(text: string): Promise<Drawn> {
  let external = false;
  const onExternalParts = (): void => {
    external = true;
  };
  const { data } = await renderSvg(Buffer.from(text), { onExternalParts });
  let ink = 0;
  for (let at = 3; at < data.length; at += 4) {
    ink += (data[at] ?? 0) > 0 ? 1 : 0;
  }
  return { ink, external };
}

async function assertRefused(text: string, detail: RegExp): Promise<void> {
  const start = performance.now();
  await assert.rejects(draw(text), (error) => {
    assert.ok(error instanceof DecodeError, String(error));
    assert.match(error.message, detail);
    return true;
  });
  assert.ok(performance.now() - start < 10_000, `${performance.now() - start} ms`);
}

const image = (href: string): string =>
  `<image width="100" height="100" preserveAspectRatio="none" href="${href}"/>`;

/** The time that the check takes, whatever it says. */
function timeOfCheck(text: string): number {
  const start = performance.now();
  try {
    safeSource(text);
  } catch (error) {
    assert.ok(error instanceof DecodeError, String(error));
  }
  return performance.now() - start;
}

/** Spellings of an address of a picture that the renderer takes. */
const SPELLINGS: readonly ((bytes: Buffer) => string)[] = [
  (bytes) => `data:;base64,${bytes.toString('base64')}`,
  (bytes) => `data:text/plain;base64,${bytes.toString('base64')}`,
  (bytes) => `data:image/png;charset=utf-8;base64,${bytes.toString('base64')}`,
  (bytes) => `d&#97;ta:image/png;base64,${bytes.toString('base64')}`,
  (bytes) => `&#x0044;ATA:image/png; BASE64 ,${bytes.toString('base64')}`,
  (bytes) => ` data:image/png;base64,&#10;${bytes.toString('base64').replace('i', '%69')}`,
  (bytes) => `data:image/png,${bytes.toString('hex').replaceAll(/../g, '%$&')}`,
];

describe('hostile drawings', () => {
  it('refuses large pictures inside, whatever the spelling of their address', async () => {
    const large = makeClaimingPng({ width: 20_000, height: 20_000 });
    for (const spell of SPELLINGS) {
      await assertRefused(svg(image(spell(large))), /pictures inside are too large/);
    }
    const entity = `<!DOCTYPE svg [<!ENTITY p '${SPELLINGS[0]?.(large)}'>]>`;
    await assertRefused(entity + svg(image('&p;')), /pictures inside are too large/);
    const element = `<!DOCTYPE svg [<!ENTITY p '${image(SPELLINGS[0]?.(large) ?? '')}'>]>`;
    await assertRefused(element + svg('&p;'), /pictures inside are too large/);
  });

  it('draws small pictures in each of these spellings', async () => {
    const small = makeGreyPng({ width: 2, height: 2 });
    for (const spell of SPELLINGS) {
      assert.deepEqual(await draw(svg(image(spell(small)))), { ink: 10_000, external: false });
    }
  });

  it('bounds the pixels of all pictures inside together, and the times that they are drawn', async () => {
    const picture = image(SPELLINGS[0]?.(makeGreyPng({ width: 4000, height: 4000 })) ?? '');
    await assertRefused(svg(picture.repeat(4)), /pictures inside are too large/);
    const often = `<defs><g id="a">${picture}</g></defs>${'<use href="#a"/>'.repeat(20)}`;
    await assertRefused(svg(often), /too long to draw/);
  });

  it('leaves out what it can not look at, and says so', async () => {
    for (const href of [
      'data:image/png;base64,AAAA',
      `data:image/svg+xml;base64,${Buffer.from('\x1f\x8b\x08\x00', 'latin1').toString('base64')}`,
      'data:nothing',
      'http://127.0.0.1:9/a.png',
    ]) {
      assert.deepEqual(await draw(svg(image(href))), { ink: 0, external: true }, href);
    }
  });

  it('draws a drawing within a drawing, checked as the outer one, and none deeper', async () => {
    const within = (text: string): string =>
      svg(image(`data:image/svg+xml;base64,${Buffer.from(text).toString('base64')}`));
    const inner = svg('<rect width="100" height="100"/>');
    assert.deepEqual(await draw(within(inner)), { ink: 10_000, external: false });
    assert.deepEqual(await draw(within(within(inner))), { ink: 0, external: true });
    const picture = image(SPELLINGS[0]?.(makeGreyPng({ width: 2, height: 2 })) ?? '');
    assert.deepEqual(await draw(within(svg(picture))), { ink: 0, external: true });
    const entity = `<!DOCTYPE svg [<!ENTITY a "${'a'.repeat(10_000)}">]>`;
    await assertRefused(
      within(`${entity}${svg(`<desc>${'&a;'.repeat(5000)}</desc>`)}`),
      /entities grow/,
    );
    const layers = '<g opacity=".9">'.repeat(120);
    const ends = '</g>'.repeat(120);
    const deep = svg(
      image(
        `data:image/svg+xml,${svg(`${layers}<rect width="99" height="99"/>${ends}`)
          .replaceAll('"', "'")
          .replaceAll('<', '%3C')}`,
      ),
      { width: 2200, height: 2200 },
    ).replace('width="100" height="100"', 'width="2200" height="2200"');
    await assertRefused(deep, /nested too deeply|too long/);
  });

  it('refuses an entity that only its last use makes too large', () => {
    const text = `<!DOCTYPE svg [<!ENTITY a "${'a'.repeat(2 ** 20 - 100)}">]>${svg('<desc>&a;&a;</desc>')}`;
    assert.throws(() => safeSource(text), /entities grow too large/);
  });

  it('refuses layers nested beyond what their size allows, however they come about', async () => {
    const size = { width: 2200, height: 2200 };
    const rect = '<rect width="2200" height="2200"/>';
    const nest = (start: string, style = ''): string =>
      svg(style + start.repeat(120) + rect + '</g>'.repeat(120), size);
    const mask = `<mask id="m" maskUnits="userSpaceOnUse" width="2200" height="2200">${rect}</mask>`;
    const clip = `<clipPath id="c">${rect}</clipPath>`;
    for (const text of [
      nest('<g opacity=".99">'),
      nest('<g style="mix-blend-mode:screen">'),
      nest('<g style="isolation:isolate">'),
      nest('<g>', '<style>g { opacity: .99 }</style>'),
      nest('<g mask="url(#m)">', mask),
      nest('<g clip-path="url(#c)">', clip),
    ]) {
      await assertRefused(text, /nested too deeply|too long/);
    }
    assert.ok((await draw(svg(`${'<g opacity=".99">'.repeat(8)}${rect}${'</g>'.repeat(8)}`))).ink);
  });

  it('refuses filters, masks, patterns and copies that take too long', async () => {
    const size = { width: 2400, height: 2400 };
    const rect = '<rect width="2400" height="2400" fill="url(#p9)"/>';
    const filter = (primitives: string, uses: number): string =>
      svg(
        `<filter id="f">${primitives}</filter>${`<g filter="url(#f)">${rect}</g>`.repeat(uses)}`,
        size,
      );
    const noise = '<feTurbulence baseFrequency=".05"/><feGaussianBlur stdDeviation="20"/>';
    await assertRefused(filter(noise, 10), /too long/);
    await assertRefused(filter('<feMorphology radius="500"/>', 1), /too long/);
    const square = '<rect width="9" height="9" fill="url(#p0)"/>';
    const patterns = Array.from(
      { length: 10 },
      (_, index) =>
        `<pattern id="p${index}" width="99" height="99" patternUnits="userSpaceOnUse">${square
          .replace('p0', `p${index - 1}`)
          .repeat(10)}</pattern>`,
    ).join('');
    await assertRefused(svg(patterns + rect, size), /too (?:long|many)/);
    const styled = `<style>/* } */ .a > rect { fill: url( '#p8' ) } rect.b{content:"{";fill:url(#p9)}</style>`;
    await assertRefused(svg(`${styled}${patterns}<g class="a"><rect class="b"/></g>`), /too many/);
    const inherited = Array.from(
      { length: 10 },
      (_, index) =>
        `<pattern id="p${index}" width="9" height="9" fill="url(#p${index - 1})">${'<path d="M0 0 9 9 0 9"/>'.repeat(10)}</pattern>`,
    ).join('');
    await assertRefused(svg(inherited + rect, size), /too many/);
    const marker = `<marker id="m">${'<rect width="1" height="1"/>'.repeat(1000)}</marker>`;
    const path = `<path marker-mid="url(#m)" d="M0 0${'h1'.repeat(1000)}" stroke="red"/>`;
    await assertRefused(svg(marker + path), /too many/);
  });

  it('refuses more text than can be set', async () => {
    await assertRefused(svg(`<text y="50">${'Hello '.repeat(20_000)}</text>`), /too much text/);
    await assertRefused(svg(`<text y="50">${'Hello '.repeat(100)}</text>`.repeat(400)), /too many/);
  });

  it('draws ordinary effects', async () => {
    const size = { width: 800, height: 600 };
    const shadow = '<filter id="f"><feDropShadow dx="2" dy="2" stdDeviation="3"/></filter>';
    const card = (index: number): string =>
      `<g filter="url(#f)" opacity=".9"><rect x="${(index % 8) * 100}" y="${Math.floor(index / 8) * 100}" width="90" height="90" rx="9"/></g>`;
    const cards = Array.from({ length: 48 }, (_, index) => card(index)).join('');
    assert.ok((await draw(svg(shadow + cards, size))).ink > 250_000);
    const dots = '<circle cx="50" cy="50" r="3" opacity=".5"/>'.repeat(5000);
    assert.ok((await draw(svg(dots, size))).ink > 20);
    const arrow = '<marker id="m" orient="auto"><path d="M0 0 4 2 0 4Z"/></marker>';
    const line = '<path d="M9 9 L 80 40 90 90" stroke="red" marker-end="url(#m)"/>';
    assert.ok((await draw(svg(arrow + line.repeat(500)))).ink > 100);
  });

  it('looks at long hostile text in a moment', () => {
    const units =
      ` |"|'|<|&|#|>|(|:|=|%|,|;|\n|&#|<!--|<a |url(|font:|{|a{|/*|.a{fill:url(#a)}|font-family="|` +
      `font-family='|<!ENTITY a "|<?|<![CDATA[|M1|url( #|1.`;
    for (const unit of units.split('|')) {
      const run = unit.repeat(Math.ceil(500_000 / unit.length));
      for (const text of [
        run,
        `<svg${run}`,
        svg(run),
        svg(`<rect style="fill:url(${run}"/>`),
        svg(`<rect style='font:"${run}'/>`),
        svg(`<style>a { font: url( ' ${run}</style>`),
        svg(`<style>${run}</style><g class="a"/>`),
        svg(`<style><![CDATA[${run}]]></style>`),
        svg(`<g mask="url(${run}"/>`),
        svg(`<image href="${run}"/>`),
        svg(`<image href="data:${run}"/>`),
        svg(`<image href="data:,${run}"/>`),
        svg(`<path d="${run}"/>`),
        svg(`<g ${run}/>`),
        `<!DOCTYPE svg [<!ENTITY a "b"> ${run}]>${svg('&a;')}`,
        `<!DOCTYPE svg [<!ENTITY a "b">]>${svg(run)}`,
      ]) {
        const time = timeOfCheck(text);
        // What is quadratic takes minutes; a busy machine takes its time as well.
        assert.ok(time < 10_000, `${time} ms for ${JSON.stringify(text.slice(0, 200))}`);
      }
    }
  });

  it('looks at any mixture of such parts in a moment', () => {
    const leaf = fc.constantFrom(
      '<rect width="9" height="9"/>',
      '<use href="#a"/>',
      '<use href="#b"/>',
      image(SPELLINGS[1]?.(makeGreyPng({ width: 9, height: 9 })) ?? ''),
      '<path d="M0 0 9 9 0 9" marker-mid="url(#a)"/>',
      '<text font-family="serif">&amp;&e;</text>',
    );
    const wrap = fc.constantFrom(
      ['<g opacity=".5">', '</g>'],
      ['<g id="a">', '</g>'],
      ['<g id="b" filter="url(#f)">', '</g>'],
      ['<marker id="a">', '</marker>'],
      ['<pattern id="p">', '</pattern>'],
      ['<mask id="m"><g mask="url(#m)">', '</g></mask>'],
      ['<style>a{font:url(', ')}</style>'],
    );
    const part = fc.letrec<{ readonly part: string }>((tie) => ({
      part: fc.oneof(
        { maxDepth: 6 },
        leaf,
        fc
          .tuple(wrap, fc.array(tie('part'), { maxLength: 4 }), fc.integer({ min: 1, max: 9 }))
          .map(([[start = '', end = ''], inside, times]) =>
            `${start}${inside.join('')}${end}`.slice(0, 50_000).repeat(times),
          ),
      ),
    })).part;
    const property = fc.property(part, fc.integer({ min: 0, max: 3 }), (body, cut) => {
      const text = `<!DOCTYPE svg [<!ENTITY e "x">]>${svg(body.slice(0, 1_000_000))}`;
      assert.ok(timeOfCheck(text.slice(0, text.length - cut)) < 10_000);
    });
    fc.assert(property, { numRuns: 150, seed: 3 });
  });
});
