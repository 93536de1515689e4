/** One row of the bench: a figure, what it may be at most, and whether it is. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The most that `value` may be. */
  readonly limit: number;
  readonly ok: boolean;
  readonly note: string;
}

/** Something to measure; it may give several rows, whose names it tells beforehand. */
export interface Measure {
  readonly names: readonly string[];
  run(): Promise<readonly Row[]>;
}

export function row(name: string, value: number, unit: string, limit: number, note: string): Row {
  return { name, value: Number(value.toPrecision(4)), unit, limit, ok: value <= limit, note };
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
