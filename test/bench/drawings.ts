import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import type { Size } from '../../src/core/formats/imageHeader.ts';
import { seededRandom } from './random.ts';

/** Pixels, RGBA. */
export interface Drawing extends Size {
  readonly data: Uint8Array;
}

const WORDS: readonly string[] = (
  'const return await readonly export function import interface width height pixels bitmap header ' +
  "options target request signal decode(bytes) size.width => = {kind} 1568 'image/png' undefined"
).split(' ');
const COLOURS = ['#569cd6', '#9cdcfe', '#dcdcaa', '#ce9178', '#b5cea8', '#d4d4d4'];

/** A code editor on a 4K screen at twice the size: flat panels and lines of small print. */
export function drawEditor(): Promise<Drawing> {
  const random = seededRandom(3);
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? '';
  const lines = (left: number, top: number, count: number, words: number, size: number): string =>
    Array.from({ length: count }, (_, line) => {
      const indent = Math.floor(random() * 4) * 2 * size;
      const parts = Array.from({ length: Math.floor(random() * words) }, () => {
        const word = pick(WORDS);
        return `<tspan fill="${pick(COLOURS)}">${word} </tspan>`;
      });
      const y = top + line * size * 1.5;
      return `<text xml:space="preserve" x="${left + indent}" y="${y}">${parts.join('')}</text>`;
    }).join('');
  const panel = (x: number, y: number, width: number, height: number, fill: string): string =>
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}"/>`;
  return draw(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1920 1080" font-family="DejaVu Sans Mono">
      ${panel(0, 0, 1920, 1080, '#1e1e1e')}${panel(0, 0, 1920, 34, '#323233')}
      ${panel(0, 34, 52, 1024, '#333333')}${panel(52, 34, 290, 1024, '#252526')}
      ${panel(342, 34, 1578, 36, '#2d2d2d')}${panel(342, 800, 1578, 258, '#181818')}
      ${panel(1130, 70, 1, 730, '#444444')}${panel(0, 1058, 1920, 22, '#007acc')}
      <g font-size="13">${lines(66, 70, 50, 4, 13)}</g>
      <g font-size="14">${lines(390, 92, 34, 8, 14)}${lines(1160, 92, 34, 8, 14)}</g>
      <g font-size="12">${lines(356, 826, 13, 20, 12)}</g>
      <g font-size="12">${lines(16, 1073, 1, 12, 8)}${lines(700, 22, 1, 8, 9)}</g>
    </svg>`,
    3840,
  );
}

/** Boxes with soft shadows and labels on transparent ground. */
export function drawDiagram(): Promise<Drawing> {
  const random = seededRandom(4);
  const boxes = Array.from({ length: 28 }, (_, index) => {
    const x = 40 + (index % 7) * 266;
    const y = 50 + Math.floor(index / 7) * 260;
    const hue = Math.floor(random() * 360);
    return `<rect x="${x + 8}" y="${y + 12}" width="210" height="150" rx="14" fill="#000000"
        fill-opacity="0.35" filter="url(#soft)"/>
      <rect x="${x}" y="${y}" width="210" height="150" rx="14" fill="hsl(${hue}, 60%, 70%)"
        fill-opacity="${0.6 + random() * 0.4}" stroke="#333333" stroke-width="2"/>
      <path d="M${x + 105} ${y + 150} q 40 60 160 110" fill="none" stroke="#555555"/>
      <text x="${x + 20}" y="${y + 60}" font-size="22">Station ${index}</text>
      <text x="${x + 20}" y="${y + 96}" font-size="14">${WORDS[index % WORDS.length]}</text>`;
  });
  return draw(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1920 1080" font-family="DejaVu Sans Mono">
      <filter id="soft"><feGaussianBlur stdDeviation="7"/></filter>${boxes.join('')}
    </svg>`,
    1920,
  );
}

/** A page of 12 megapixels as a browser captures it whole: headings, boxes and much small print. */
export function drawTallPage(): Promise<Drawing> {
  const random = seededRandom(5);
  const words = (count: number): string =>
    Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)] ?? '').join(' ');
  const sections = Array.from({ length: 19 }, (_, index) => {
    const top = 150 + index * 390;
    const lines = Array.from(
      { length: 18 },
      (_line, line) => `<text x="80" y="${top + 60 + line * 17}">${words(9)}</text>`,
    );
    const bars = Array.from({ length: 9 }, (_bar, bar) => {
      const height = 40 + random() * 200;
      return `<rect x="${1010 + bar * 56}" y="${top + 300 - height}" width="36" height="${height}"
          fill="#2f6f8f"/>
        <text x="${1010 + bar * 56}" y="${top + 318}">${(random() * 3).toFixed(2)} m</text>`;
    });
    return `<text x="80" y="${top + 28}" font-size="24" fill="#12344d">Station ${index + 1}</text>
      <rect x="980" y="${top}" width="560" height="340" rx="8" fill="#eef4f8"/>
      ${lines.join('')}${bars.join('')}`;
  });
  return draw(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1600 7600" font-family="DejaVu Sans Mono"
      font-size="12" fill="#3a4a57"><rect width="1600" height="7600" fill="#ffffff"/>
      <rect width="1600" height="96" fill="#12344d"/>
      <text x="80" y="60" font-size="30" fill="#ffffff">Tidewatch</text>${sections.join('')}</svg>`,
    1600,
  );
}

let ready: Promise<void> | undefined;

/** With the same font on every machine. */
async function draw(svg: string, width: number): Promise<Drawing> {
  ready ??= readFile(packageFile('@resvg/resvg-wasm/index_bg.wasm')).then(initWasm);
  await ready;
  const font = await readFile(packageFile('dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf'));
  const resvg = new Resvg(svg, {
    fitTo: { mode: 'width', value: width },
    font: { fontBuffers: [font], defaultFontFamily: 'DejaVu Sans Mono' },
  });
  const image = resvg.render();
  return { data: image.pixels, width: image.width, height: image.height };
}

function packageFile(specifier: string): string {
  return fileURLToPath(import.meta.resolve(specifier));
}
