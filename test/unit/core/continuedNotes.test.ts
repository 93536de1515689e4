import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { continuedNotes } from '../../../src/core/plan/continuedNotes.ts';
import type { PreparationNote } from '../../../src/core/plan/preparedImage.ts';

const resized = (from: number, to: number, more: object = {}): PreparationNote => ({
  kind: 'resized',
  from: [from, from],
  to: [to, to],
  reason: 'tier',
  ...more,
});
const converted = (from: string, to: string): PreparationNote => ({ kind: 'converted', from, to });

describe('continuedNotes', () => {
  it('tell the way from the original to what is sent now', () => {
    assert.deepEqual(
      continuedNotes(
        [resized(4000, 2576, { timesSmaller: 9 }), converted('TIFF', 'PNG')],
        [resized(2576, 2000, { reason: 'edge', timesSmaller: 2 }), converted('PNG', 'JPEG')],
      ),
      [resized(4000, 2000, { reason: 'edge' }), converted('TIFF', 'JPEG')],
    );
  });

  it('keep what was done once, and add what was done now', () => {
    const earlier = [converted('TIFF', 'PNG'), { kind: 'turnedUpright' }] as const;
    assert.deepEqual(continuedNotes(earlier, [resized(2500, 2000)]), [
      ...earlier,
      resized(2500, 2000),
    ]);
  });

  it('say nothing of a conversion that was taken back', () => {
    assert.deepEqual(continuedNotes([converted('JPEG', 'PNG')], [converted('PNG', 'JPEG')]), []);
  });

  it('say each thing once', () => {
    const note = { kind: 'metadataRemoved' } as const;
    assert.deepEqual(continuedNotes([note], [note]), [note]);
  });

  it('leave out what no longer holds', () => {
    assert.deepEqual(
      continuedNotes(
        [{ kind: 'sentByAddress' }, { kind: 'onlyOneSent', of: 'pages', count: 3 }],
        [{ kind: 'tilesWouldHelp', tiles: 4, tokens: 8000 }, { kind: 'smallEdge' }],
      ),
      [{ kind: 'onlyOneSent', of: 'pages', count: 3 }, { kind: 'smallEdge' }],
    );
  });
});
