import type { Page } from 'playwright-core';
import type { Sight, SightHostMessage } from '../../src/core/conversation/sightProtocol.ts';
import type { OpenPage } from './harness.ts';

const EXTENT = { width: 1600, height: 7600 };
const SIZE = { width: 532, height: 2527 };
const TILE = { width: 1600, height: 2000 };

const choices: Sight['choices'] = [
  { detail: 'asSet', label: 'As set: Native', cost: '532x2527 · 1,729 tokens · $0.0035' },
  { detail: 'native', label: 'Native', cost: '532x2527 · 1,729 tokens · $0.0035' },
  { detail: 'standard', label: 'Standard (1568 px)', cost: '330x1568 · 672 tokens · $0.0013' },
  { detail: 'low', label: 'Low (768 px)', cost: '162x768 · 168 tokens · $0.0003' },
  { detail: 'tiles', label: 'Whole and 4 parts', cost: '532x2527 · 18,401 tokens · $0.0368' },
];

/** A captured page that loses its small print. */
export const READY: Sight = {
  imageId: 'i1',
  name: 'station-page.png',
  state: 'ready',
  original: { facts: 'PNG · 1600x7600 · 2.3 MB', key: 'original 1', size: EXTENT },
  sent: {
    facts: '532x2527 · PNG · 1.1 MB · 1,729 tokens · $0.0035',
    notes: ['PNG 1600x7600 to 532x2527: Claude would shrink it anyway', 'Metadata removed'],
    extent: EXTENT,
    size: SIZE,
    parts: [{ key: 'whole', left: 0, top: 0, ...EXTENT }],
  },
  warning:
    'Small print is likely to be lost: at 33% of the original, text of 12 pixels is 4 pixels high. "Whole and 4 parts" would keep it (18,401 tokens · $0.0368).',
  choices,
  chosen: 'asSet',
};

/** The same in parts. */
export const TILED: Sight = (() => {
  const { warning: _, ...rest } = READY;
  return {
    ...rest,
    sent: {
      facts: '532x2527 and 4 parts · PNG · 3.4 MB · 18,401 tokens · $0.0368',
      notes: ['Beside the whole go 4 overlapping parts, row by row'],
      extent: EXTENT,
      size: EXTENT,
      parts: [0, 1867, 3733, 5600].map((top, index) => ({
        key: `tile ${index}`,
        left: 0,
        top,
        ...TILE,
      })),
    },
    chosen: 'tiles',
  };
})();

/** One that was sent, of which the original is gone. */
export const SENT: Sight = {
  ...READY,
  original: {
    facts: 'PNG · 1600x7600 · 2.3 MB',
    message: 'station-page.png is no longer there. It was moved or deleted after you chose it.',
    size: EXTENT,
  },
  locked:
    'It was sent like this. Bytes once sent never change. Attach it again to send it in another detail.',
};

export const PREPARING: Sight = (() => {
  const { sent: _, warning: __, ...rest } = READY;
  return { ...rest, state: 'preparing', chosen: 'low' };
})();

export const FAILED: Sight = (() => {
  const { sent: _, warning: __, ...rest } = READY;
  return {
    ...rest,
    state: 'failed',
    message: 'station-page.png is a damaged PNG file (no end). Save or download it again.',
    original: {
      facts: '',
      message: 'station-page.png is a damaged PNG file (no end). Save or download it again.',
    },
    choices: [],
  };
})();

export const SIGHTS: Readonly<Record<string, Sight>> = {
  ready: READY,
  tiled: TILED,
  sent: SENT,
  preparing: PREPARING,
  failed: FAILED,
};

/** Shows a sight, with a drawing for every picture that the page asks for. */
export async function showSight(open: OpenPage, sight: Sight): Promise<void> {
  const send = async (message: SightHostMessage) =>
    open.page.evaluate((one) => window.postMessage(one), message as unknown);
  await send({ type: 'sight', sight });
  await open.settled();
  const wanted = (await open.posted('needPicture')).map(({ key }) => String(key));
  const { original, sent } = sight;
  const shown = new Set([original.key, ...(sent?.parts ?? []).map(({ key }) => key)]);
  for (const key of wanted.filter((one) => shown.has(one))) {
    await drawPicture(open.page, key);
  }
  await open.settled();
}

/** Lines of text down to small print, as an answer to what the page has asked for. */
async function drawPicture(page: Page, key: string): Promise<void> {
  await page.evaluate(async (wanted) => {
    const canvas = new OffscreenCanvas(800, 1600);
    const context = canvas.getContext('2d');
    if (!context) {
      throw new Error('No 2d context.');
    }
    context.fillStyle = '#f7f9fb';
    context.fillRect(0, 0, 800, 1600);
    context.fillStyle = '#1b3a57';
    for (let line = 0; line < 60; line += 1) {
      context.font = `${10 + (line % 6) * 3}px sans-serif`;
      context.fillText(`${wanted}, line ${line}: tide 1.42 m, wind 17 kn`, 30, 30 + line * 26);
    }
    const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
    window.postMessage({ type: 'picture', key: wanted, mediaType: 'image/png', bytes });
  }, key);
}
