import type { Size } from '../../core/formats/imageHeader.ts';
import { DecodeError } from '../decodeError.ts';
import {
  boxOf,
  boxOfPoints,
  EMPTY,
  layerPixels,
  multiply,
  numbersOf,
  readMatrix,
  seenPixels,
  transformed,
  union,
} from './svgBoxes.ts';
import type { Box, Matrix } from './svgBoxes.ts';
import { filterWork } from './svgFilters.ts';
import { attributeOf, localName, parseMarkup } from './svgMarkup.ts';
import type { Element } from './svgMarkup.ts';

/** Nanoseconds of work, by the figures below: they were measured on an ordinary machine. */
const MOST_WORK = 6e9;
/** Bytes of layers that lie upon each other at once. */
const MOST_LAYER_BYTES = 400 * 2 ** 20;
/** Parts that are drawn, each as often as it is. */
const MOST_PARTS = 1_000_000;
const DEEPEST_PART = 400;

/** Nanoseconds a pixel. */
const FILL = 2;
const TRANSLUCENT_FILL = 11;
const SERVED_FILL = 50;
const LAYER = 60;
const MASK = 35;
const DECODED = 40;
/** Nanoseconds of a part, however small. */
const PART = 1000;
const RGBA = 4;

/** Pixels of the picture that is at an address within a drawing, or a simplified drawing. */
export type ContentOf = (href: string) => number | string;

/** What drawing a part takes. */
interface Load {
  readonly box: Box;
  /** Bytes of layers at once. */
  readonly bytes: number;
}

interface Drawing {
  readonly canvas: Size;
  readonly byId: ReadonlyMap<string, Element>;
  readonly contentOf: ContentOf;
  readonly boxes: Map<Element, Box>;
  /** Spent so far, in this drawing and those around it. */
  readonly spent: { work: number; parts: number };
}

/**
 * Throws when drawing would take too long, or too much memory for layers within each other.
 * `simplified` is the drawing as the renderer writes it: styles resolved, shapes as paths, one
 * element for each copy that `use` and markers make.
 */
export function checkWork(simplified: string, canvas: Size, contentOf: ContentOf): void {
  loadOfDrawing(simplified, boxOf(0, 0, canvas.width, canvas.height), 0, {
    canvas,
    contentOf,
    spent: { work: 0, parts: 0 },
  });
}

function loadOfDrawing(
  simplified: string,
  place: Box,
  depth: number,
  around: Pick<Drawing, 'canvas' | 'contentOf' | 'spent'>,
): Load {
  const root = parseMarkup(simplified);
  const byId = new Map<string, Element>();
  collectIds(root, byId);
  const [x = 0, y = 0, width = 1, height = 1] = numbersOf(attributeOf(root, 'viewBox') ?? '');
  const scaleX = (place.right - place.left) / width;
  const scaleY = (place.bottom - place.top) / height;
  const matrix: Matrix = [scaleX, 0, 0, scaleY, place.left - x * scaleX, place.top - y * scaleY];
  return loadOfChildren(root, matrix, depth, { ...around, byId, boxes: new Map() });
}

function collectIds(element: Element, byId: Map<string, Element>): void {
  const id = attributeOf(element, 'id');
  if (id !== undefined) {
    byId.set(id, element);
  }
  for (const child of element.children) {
    if (typeof child !== 'string') {
      collectIds(child, byId);
    }
  }
}

function loadOfChildren(parent: Element, matrix: Matrix, depth: number, drawing: Drawing): Load {
  let box = EMPTY;
  let bytes = 0;
  for (const child of parent.children) {
    if (typeof child !== 'string' && child.name !== 'defs') {
      const load = loadOf(child, matrix, depth + 1, drawing);
      box = union(box, load.box);
      bytes = Math.max(bytes, load.bytes);
    }
  }
  return { box, bytes };
}

function loadOf(element: Element, around: Matrix, depth: number, drawing: Drawing): Load {
  const own = readMatrix(attributeOf(element, 'transform'));
  const matrix = own === undefined ? around : multiply(around, own);
  drawing.spent.parts += 1;
  if (drawing.spent.parts > MOST_PARTS || depth > DEEPEST_PART) {
    throw tooMuch('too many parts to be drawn');
  }
  spend(drawing, PART);
  switch (localName(element.name)) {
    case 'g':
      return loadOfGroup(element, matrix, depth, drawing);
    case 'path':
      return loadOfPath(element, matrix, depth, drawing);
    case 'image':
      return loadOfImage(element, matrix, depth, drawing);
    default:
      return { box: EMPTY, bytes: 0 };
  }
}

function loadOfPath(element: Element, matrix: Matrix, depth: number, drawing: Drawing): Load {
  let points = drawing.boxes.get(element);
  if (points === undefined) {
    const stroke = attributeOf(element, 'stroke') ?? 'none';
    const width = Number(attributeOf(element, 'stroke-width') ?? 1);
    points = boxOfPoints(numbersOf(attributeOf(element, 'd') ?? ''), stroke === 'none' ? 0 : width);
    drawing.boxes.set(element, points);
  }
  const box = transformed(points, matrix);
  const pixels = seenPixels(box, drawing.canvas);
  let bytes = 0;
  for (const kind of ['fill', 'stroke']) {
    const paint = attributeOf(element, kind) ?? 'none';
    if (paint.startsWith('url(')) {
      spend(drawing, pixels * SERVED_FILL);
      bytes = Math.max(bytes, loadOfReference(paint, box, matrix, depth, drawing));
    } else if (paint !== 'none') {
      const opaque = attributeOf(element, `${kind}-opacity`) === undefined;
      spend(drawing, pixels * (opaque ? FILL : TRANSLUCENT_FILL));
    }
  }
  return { box, bytes };
}

function loadOfGroup(element: Element, matrix: Matrix, depth: number, drawing: Drawing): Load {
  const inside = loadOfChildren(element, matrix, depth, drawing);
  const filters = referencesOf(attributeOf(element, 'filter'));
  const isLayer = element.attributes.some(({ name }) => LAYER_ATTRIBUTES.has(name));
  if (!isLayer) {
    return inside;
  }
  let { box } = inside;
  let extra = 0;
  for (const id of filters) {
    const filter = drawing.byId.get(id);
    if (filter) {
      box = union(box, filterBox(filter, box, matrix));
      const pixels = layerPixels(box, drawing.canvas);
      spend(drawing, pixels * filterWork(filter, scaleOf(matrix)));
      extra = Math.max(extra, pixels * RGBA * (3 + filter.children.length));
      extra = Math.max(extra, loadOfFilterImages(filter, matrix, depth, drawing));
    }
  }
  const pixels = layerPixels(box, drawing.canvas);
  spend(drawing, pixels * LAYER);
  for (const name of ['clip-path', 'mask']) {
    const reference = attributeOf(element, name);
    if (reference !== undefined) {
      spend(drawing, pixels * MASK);
      const inner = loadOfReference(reference, box, matrix, depth, drawing);
      extra = Math.max(extra, pixels * RGBA + inner);
    }
  }
  const bytes = pixels * RGBA + Math.max(inside.bytes, extra);
  if (bytes > Math.max(MOST_LAYER_BYTES, drawing.canvas.width * drawing.canvas.height * RGBA * 3)) {
    throw tooMuch('layers nested too deeply to be drawn');
  }
  return { box, bytes };
}

const LAYER_ATTRIBUTES = new Set(['opacity', 'filter', 'mask', 'clip-path', 'style']);

/** The bytes of what a mask, a clip or a pattern draws, for one use of it. */
function loadOfReference(
  reference: string,
  box: Box,
  matrix: Matrix,
  depth: number,
  drawing: Drawing,
): number {
  let bytes = 0;
  for (const id of referencesOf(reference)) {
    const element = drawing.byId.get(id);
    if (element && !/gradient$/i.test(element.name)) {
      const units = `${localName(element.name)}ContentUnits`;
      const scaled = attributeOf(element, units) ?? attributeOf(element, `${element.name}Units`);
      const onBox = scaled === 'objectBoundingBox' && box.right > box.left;
      const inner: Matrix = onBox
        ? [box.right - box.left, 0, 0, box.bottom - box.top, box.left, box.top]
        : matrix;
      bytes = Math.max(bytes, loadOfChildren(element, inner, depth + 1, drawing).bytes);
      for (const name of ['clip-path', 'mask']) {
        const further = attributeOf(element, name);
        if (further !== undefined) {
          const pixels = layerPixels(box, drawing.canvas);
          spend(drawing, pixels * MASK);
          const next = loadOfReference(further, box, matrix, depth + 1, drawing);
          bytes = Math.max(bytes, pixels * RGBA + next);
        }
      }
    }
  }
  return bytes;
}

function loadOfFilterImages(
  filter: Element,
  matrix: Matrix,
  depth: number,
  drawing: Drawing,
): number {
  let bytes = 0;
  for (const child of filter.children) {
    if (typeof child !== 'string' && localName(child.name) === 'feImage') {
      const href = attributeOf(child, 'xlink:href') ?? '';
      const inside = drawing.byId.get(href.slice(1));
      bytes = Math.max(
        bytes,
        href.startsWith('#') && inside
          ? loadOf(inside, matrix, depth + 1, drawing).bytes
          : loadOfImage(child, matrix, depth, drawing).bytes,
      );
    }
  }
  return bytes;
}

function loadOfImage(element: Element, matrix: Matrix, depth: number, drawing: Drawing): Load {
  const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((name) =>
    Number(attributeOf(element, name) ?? 0),
  );
  const box = transformed(boxOf(x ?? 0, y ?? 0, width ?? 0, height ?? 0), matrix);
  const content = drawing.contentOf(attributeOf(element, 'xlink:href') ?? '');
  const pixels = layerPixels(box, drawing.canvas);
  spend(drawing, pixels * LAYER);
  if (typeof content === 'string') {
    const inside = loadOfDrawing(content, box, depth + 1, drawing);
    return { box, bytes: inside.bytes + pixels * RGBA };
  }
  spend(drawing, content * DECODED);
  return { box, bytes: content * 2 * RGBA };
}

function filterBox(filter: Element, box: Box, matrix: Matrix): Box {
  const [x = 0, y = 0, width = 0, height = 0] = ['x', 'y', 'width', 'height'].map((name) =>
    Number(attributeOf(filter, name) ?? 0),
  );
  if (attributeOf(filter, 'filterUnits') === 'userSpaceOnUse') {
    return transformed(boxOf(x, y, width, height), matrix);
  }
  const wide = box.right - box.left;
  const high = box.bottom - box.top;
  return wide >= 0 && high >= 0
    ? boxOf(box.left + x * wide, box.top + y * high, width * wide, height * high)
    : EMPTY;
}

const REFERENCE = /url\(#([^()]{1,1000})\)/g;

function referencesOf(value: string | undefined): readonly string[] {
  return [...(value ?? '').matchAll(REFERENCE)].map(([, id = '']) => id);
}

function scaleOf([a, b, c, d]: Matrix): number {
  return Math.max(Math.hypot(a, b), Math.hypot(c, d));
}

function spend(drawing: Drawing, nanoseconds: number): void {
  drawing.spent.work += nanoseconds;
  if (!(drawing.spent.work <= MOST_WORK)) {
    throw tooMuch('filters, layers or pictures that take too long to draw');
  }
}

function tooMuch(detail: string): DecodeError {
  return new DecodeError(detail, { truncated: false });
}
