import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import sharp from 'sharp';
import type { Bitmap } from '../../../src/imaging/bitmap.ts';
import { isPhotograph } from '../../../src/imaging/photograph.ts';

const SIZE = { width: 640, height: 480 };

async function fromSvg(body: string): Promise<Bitmap> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480">${body}</svg>`;
  const data = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
  return { data, ...SIZE };
}

/** Light and shade with the noise of a sensor. */
function photograph(): Bitmap {
  let state = 7;
  const data = Buffer.alloc(SIZE.width * SIZE.height * 4);
  for (let at = 0; at < data.length; at += 4) {
    const x = (at / 4) % SIZE.width;
    const y = Math.floor(at / 4 / SIZE.width);
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const light = 128 + 80 * Math.sin(x / 90) * Math.cos(y / 70);
    for (let channel = 0; channel < 3; channel += 1) {
      data[at + channel] = light + channel * 20 + ((state >>> (8 * channel + 5)) & 7);
    }
    data[at + 3] = 255;
  }
  return { data, ...SIZE };
}

describe('isPhotograph', () => {
  it('tells a photograph from drawings', async () => {
    assert.equal(isPhotograph(photograph()), true);
    const text = Array.from(
      { length: 24 },
      (_, line) =>
        `<text x="8" y="${line * 20 + 16}" font-size="15">The quick brown fox ${line}</text>`,
    ).join('');
    const ground = '<rect width="640" height="480" fill="#fafafa"/>';
    assert.equal(isPhotograph(await fromSvg(ground + text)), false);
    const gradient =
      '<linearGradient id="g"><stop stop-color="#204080"/><stop offset="1" stop-color="#fff"/></linearGradient>';
    assert.equal(
      isPhotograph(await fromSvg(`${gradient}<rect width="640" height="480" fill="url(#g)"/>`)),
      false,
    );
  });

  it('takes a dithered picture of a palette for a drawing', () => {
    const { data, ...size } = photograph();
    for (let at = 0; at < data.length; at += 1) {
      data[at] = at % 4 === 3 ? 255 : (data[at] ?? 0) & 0xc0;
    }
    assert.equal(isPhotograph({ data, ...size }), false);
  });
});
