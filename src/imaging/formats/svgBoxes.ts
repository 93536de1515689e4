import type { Size } from '../../core/formats/imageHeader.ts';

/** Where on the canvas the parts of a drawing lie. */

/** As SVG writes it: a b c d e f. */
export type Matrix = readonly [number, number, number, number, number, number];

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export const EMPTY: Box = {
  left: Number.POSITIVE_INFINITY,
  top: Number.POSITIVE_INFINITY,
  right: Number.NEGATIVE_INFINITY,
  bottom: Number.NEGATIVE_INFINITY,
};

const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/gi;

export function numbersOf(text: string): number[] {
  return (text.match(NUMBER) ?? []).map(Number);
}

/** The box of a path of absolute points, `grow` larger on each side. */
export function boxOfPoints(points: readonly number[], grow: number): Box {
  let { left, top, right, bottom } = EMPTY;
  for (let at = 0; at + 1 < points.length; at += 2) {
    const x = points[at] ?? 0;
    const y = points[at + 1] ?? 0;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { left: left - grow, top: top - grow, right: right + grow, bottom: bottom + grow };
}

export function boxOf(x: number, y: number, width: number, height: number): Box {
  return { left: x, top: y, right: x + width, bottom: y + height };
}

export function union(one: Box, other: Box): Box {
  return {
    left: Math.min(one.left, other.left),
    top: Math.min(one.top, other.top),
    right: Math.max(one.right, other.right),
    bottom: Math.max(one.bottom, other.bottom),
  };
}

export function multiply(one: Matrix, other: Matrix): Matrix {
  const [a, b, c, d, e, f] = one;
  const [g, h, i, j, k, l] = other;
  return [
    a * g + c * h,
    b * g + d * h,
    a * i + c * j,
    b * i + d * j,
    a * k + c * l + e,
    b * k + d * l + f,
  ];
}

export function readMatrix(text: string | undefined): Matrix | undefined {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = numbersOf(text ?? '');
  return text === undefined ? undefined : [a, b, c, d, e, f];
}

export function transformed(box: Box, [a, b, c, d, e, f]: Matrix): Box {
  if (!(box.right >= box.left && box.bottom >= box.top)) {
    return EMPTY;
  }
  const { left, top, right, bottom } = box;
  const corners = [
    [left, top],
    [right, top],
    [left, bottom],
    [right, bottom],
  ].flatMap(([x = 0, y = 0]) => [a * x + c * y + e, b * x + d * y + f]);
  return boxOfPoints(corners, 0);
}

/** Pixels of a box that are worked on: the renderer's layers reach beyond the canvas, twice its edges. */
export function layerPixels({ left, top, right, bottom }: Box, canvas: Size): number {
  const width = Math.min(right + 2, canvas.width * 3) - Math.max(left - 2, canvas.width * -2);
  const height = Math.min(bottom + 2, canvas.height * 3) - Math.max(top - 2, canvas.height * -2);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Pixels of a box that can be seen. */
export function seenPixels({ left, top, right, bottom }: Box, canvas: Size): number {
  const width = Math.min(right, canvas.width) - Math.max(left, 0);
  const height = Math.min(bottom, canvas.height) - Math.max(top, 0);
  return width > 0 && height > 0 ? width * height : 0;
}
