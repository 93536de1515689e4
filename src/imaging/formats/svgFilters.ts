import { numbersOf } from './svgBoxes.ts';
import { attributeOf, localName } from './svgMarkup.ts';
import type { Element } from './svgMarkup.ts';

/** Nanoseconds that a filter takes for a pixel besides its primitives: layers, colour spaces. */
const FILTER = 100;
const PRIMITIVE = 90;
const PRIMITIVES: Readonly<Record<string, number>> = {
  feGaussianBlur: 350,
  feDropShadow: 500,
  feTurbulence: 320,
  feDiffuseLighting: 250,
  feSpecularLighting: 250,
  feDisplacementMap: 150,
  feBlend: 230,
};
/** Nanoseconds for a pixel: of one octave of noise, one pixel of a radius, one of a kernel. */
const OCTAVE = 100;
const RADIUS = 280;
const KERNEL = 8;

/** Nanoseconds that a filter takes for a pixel, measured; `scale` is that of its lengths. */
export function filterWork(filter: Element, scale: number): number {
  let work = FILTER;
  for (const child of filter.children) {
    if (typeof child !== 'string') {
      const name = localName(child.name);
      work += (PRIMITIVES[name] ?? PRIMITIVE) + extraWork(child, name, scale);
    }
  }
  return work;
}

function extraWork(primitive: Element, name: string, scale: number): number {
  const largest = (attribute: string, fallback: number): number =>
    Math.max(fallback, ...numbersOf(attributeOf(primitive, attribute) ?? '').slice(0, 2));
  switch (name) {
    case 'feTurbulence':
      return OCTAVE * largest('numOctaves', 1);
    case 'feMorphology':
      return RADIUS * largest('radius', 0) * scale;
    case 'feConvolveMatrix':
      return KERNEL * largest('order', 3) ** 2;
    case 'feMerge':
      return PRIMITIVE * primitive.children.length;
    default:
      return 0;
  }
}
