/** One row of the bench: a figure, what it may be, and whether it is. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Absent for a figure that is only reported. */
  readonly limit?: number;
  /** What the limit is. */
  readonly bound?: 'most' | 'least';
  readonly ok: boolean;
  readonly note: string;
  /** What the figure comes from, for programs that read the rows. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Something to measure; it may give several rows, whose names it tells beforehand. */
export interface Measure {
  readonly names: readonly string[];
  run(): Promise<readonly Row[]>;
}

/** What a figure may be; nothing for one that is only reported. */
export type Limit = number | { readonly atLeast: number } | undefined;

/** A plain number as limit is the most that the value may be. */
export function row(
  name: string,
  value: number,
  unit: string,
  limit: Limit,
  note: string,
  details?: Readonly<Record<string, unknown>>,
): Row {
  const figure = { name, value: Number(value.toPrecision(4)), unit };
  const more = { note, ...(details && { details }) };
  if (limit === undefined) {
    return { ...figure, ok: true, ...more };
  }
  return typeof limit === 'number'
    ? { ...figure, limit, bound: 'most', ok: value <= limit, ...more }
    : { ...figure, limit: limit.atLeast, bound: 'least', ok: value >= limit.atLeast, ...more };
}

/** @throws {RangeError} when there are none. */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  if (middle === undefined) {
    throw new RangeError('There is no median of nothing.');
  }
  return middle;
}

export function listed(values: readonly number[]): string {
  return values.map((value) => value.toFixed(0)).join(', ');
}
