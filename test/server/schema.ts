import { invalid } from './failure.ts';

// Wording and path style are those of the API's own validation (pydantic).

export type JsonObject = Readonly<Record<string, unknown>>;

/** `a.0.b` from `a.0` and `b`; the root has the empty path. */
export function at(path: string, key: string | number): string {
  return path === '' ? String(key) : `${path}.${key}`;
}

function fail(path: string, message: string): never {
  throw invalid(path === '' ? message : `${path}: ${message}`);
}

export function objectAt(value: unknown, path: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return fail(path, 'Input should be an object');
  }
  return value as JsonObject;
}

/** Refuses every field that is not named, and a required one that is absent. */
export function fieldsOf(
  value: JsonObject,
  path: string,
  required: readonly string[],
  optional: readonly string[] = [],
): void {
  for (const key of required) {
    if (value[key] === undefined) fail(at(path, key), 'Field required');
  }
  for (const key of Object.keys(value)) {
    if (!required.includes(key) && !optional.includes(key)) {
      fail(at(path, key), 'Extra inputs are not permitted');
    }
  }
}

export function stringAt(value: unknown, path: string): string {
  return typeof value === 'string' ? value : fail(path, 'Input should be a valid string');
}

export function booleanAt(value: unknown, path: string): boolean {
  return typeof value === 'boolean' ? value : fail(path, 'Input should be a valid boolean');
}

export function arrayAt(value: unknown, path: string): readonly unknown[] {
  return Array.isArray(value) ? value : fail(path, 'Input should be a valid list');
}

export function integerAt(value: unknown, path: string, minimum: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    return fail(path, 'Input should be a valid integer');
  }
  if (value < minimum) fail(path, `Input should be greater than or equal to ${minimum}`);
  return value;
}

export function oneOfAt<T extends string>(value: unknown, path: string, allowed: readonly T[]): T {
  return allowed.find((each) => each === value) ?? fail(path, `Input should be ${listed(allowed)}`);
}

/** `'a', 'b' or 'c'`, as the API lists what it expects. */
function listed(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}
