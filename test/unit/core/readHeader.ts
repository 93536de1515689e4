import assert from 'node:assert/strict';
import type { ImageFailure } from '../../../src/core/failure.ts';
import type { ImageHeader } from '../../../src/core/formats/imageHeader.ts';
import { probeWhole } from '../../../src/core/formats/probe.ts';

/** The header of a whole file that has one. */
export function headerOf(bytes: Uint8Array): ImageHeader {
  const result = probeWhole(bytes);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

/** Why a whole file is refused. */
export function failureOf(bytes: Uint8Array): ImageFailure {
  const result = probeWhole(bytes);
  assert.ok(!result.ok, JSON.stringify(result));
  return result.error;
}
