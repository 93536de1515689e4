import sharp from 'sharp';
import { sampleImage } from './sample.ts';

/** A drawing and three photographs in formats other than PNG and JPEG, by their paths. */
export async function anyFormat(): Promise<Readonly<Record<string, Buffer>>> {
  const photograph = sharp(sampleImage('waterfall.jpg')).rotate().resize(600, 400);
  const onItsSide = sharp(await photograph.clone().png().toBuffer()).rotate(-90);
  return {
    'any/chart.svg': Buffer.from(CHART),
    'any/photo.avif': await photograph.clone().avif({ effort: 0 }).toBuffer(),
    'any/scan.tiff': await onItsSide
      .withMetadata({ orientation: 6 })
      .tiff({ compression: 'lzw' })
      .toBuffer(),
    'any/sign.webp': await photograph.clone().resize(300, 200).webp().toBuffer(),
  };
}

const CHART = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="400" font-family="sans-serif">
  <rect width="640" height="400" fill="#fff"/>
  <text x="40" y="50" font-size="26" fill="#222">Visitors a month</text>
  <g fill="#3178c6">
    <rect x="60" y="230" width="70" height="110"/>
    <rect x="170" y="180" width="70" height="160"/>
    <rect x="280" y="210" width="70" height="130"/>
    <rect x="390" y="130" width="70" height="210"/>
    <rect x="500" y="90" width="70" height="250"/>
  </g>
  <g font-size="18" fill="#444" text-anchor="middle">
    <text x="95" y="370">May</text>
    <text x="205" y="370">June</text>
    <text x="315" y="370">July</text>
    <text x="425" y="370">August</text>
    <text x="535" y="370">September</text>
  </g>
</svg>`;
