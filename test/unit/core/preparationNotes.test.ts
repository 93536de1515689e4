import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ImageHeader } from '../../../src/core/formats/imageHeader.ts';
import { planImage } from '../../../src/core/plan/plan.ts';
import type { ImageTarget, TranscodePlan } from '../../../src/core/plan/plan.ts';
import { sourceNotes, transcodeNotes } from '../../../src/core/plan/preparationNotes.ts';
import type { TranscodedImage } from '../../../src/core/plan/preparationNotes.ts';

const SONNET: ImageTarget = { model: 'claude-sonnet-5-5', imagesInRequest: 1 };

function header(width: number, height: number, more: Partial<ImageHeader> = {}): ImageHeader {
  return {
    format: 'jpeg',
    size: { width, height },
    orientation: 1,
    colourSpace: 'ycbcr',
    lossy: true,
    progressive: false,
    alpha: false,
    bitDepth: 8,
    ...more,
  };
}

function planned(picture: ImageHeader, target = SONNET): TranscodePlan {
  const plan = planImage(picture, 8_000_000, target);
  assert.ok(plan.kind === 'transcode');
  return plan;
}

/** As planned, in a tenth of the bytes. */
function sent(plan: TranscodePlan, more: Partial<TranscodedImage> = {}): TranscodedImage {
  return {
    mediaType: 'image/jpeg',
    size: plan.steps[0].size,
    byteLength: 800_000,
    partlyDamaged: false,
    externalPartsLeftOut: false,
    colourProfileDropped: false,
    ...more,
  };
}

describe('transcodeNotes', () => {
  it('tell what Claude would have done anyway, and what that saves', () => {
    const picture = header(4000, 3000);
    const plan = planned(picture, { ...SONNET, model: 'claude-haiku-4-5' });
    assert.deepEqual(transcodeNotes(picture, 8_000_000, plan, sent(plan)), [
      { kind: 'resized', from: [4000, 3000], to: [1270, 952], reason: 'tier', timesSmaller: 10 },
    ]);
  });

  it('tell nothing of an upload that is not half of the file, rounding down', () => {
    const picture = header(4000, 3000);
    const plan = planned(picture);
    const [note] = transcodeNotes(picture, 1_500_000, plan, sent(plan));
    assert.ok(note?.kind === 'resized' && !('timesSmaller' in note));
    const [half] = transcodeNotes(picture, 2_390_000, plan, sent(plan));
    assert.ok(half?.kind === 'resized' && half.timesSmaller === 2);
  });

  it('name the detail, the edge or the bytes as what decided the size', () => {
    const picture = header(3000, 2000);
    const reason = (target: ImageTarget, more: Partial<TranscodedImage> = {}) => {
      const plan = planned(picture, target);
      const [note] = transcodeNotes(picture, 8_000_000, plan, sent(plan, more));
      return note?.kind === 'resized' && note.reason;
    };
    assert.equal(reason({ ...SONNET, detail: 'low' }), 'detail');
    assert.equal(reason({ ...SONNET, imagesInRequest: 21 }), 'edge');
    assert.equal(reason(SONNET, { size: { width: 600, height: 400 } }), 'bytes');
  });

  it('tell that an SVG is none any more', () => {
    const picture = header(240, 240, { format: 'svg', lossy: false });
    const plan = planned(picture);
    const png = sent(plan, { mediaType: 'image/png' });
    assert.deepEqual(transcodeNotes(picture, 900, plan, png), [
      { kind: 'converted', from: 'SVG', to: 'PNG' },
    ]);
  });

  it('tell what was turned, lost and left out', () => {
    const picture = header(300, 150, { format: 'tiff', orientation: 8, frames: 3 });
    const plan = planned(picture);
    const flags = { partlyDamaged: true, externalPartsLeftOut: true, colourProfileDropped: true };
    assert.deepEqual(transcodeNotes(picture, 900, plan, sent(plan, flags)), [
      { kind: 'converted', from: 'TIFF', to: 'JPEG' },
      { kind: 'turnedUpright' },
      { kind: 'partlyDamaged' },
      { kind: 'externalPartsLeftOut' },
      { kind: 'colourProfileDropped' },
      { kind: 'onlyOneSent', of: 'pages', count: 3 },
      { kind: 'smallEdge' },
    ]);
  });

  it('tell that tiles would help, and what they would cost', () => {
    const picture = header(1280, 12_000, { format: 'png', lossy: false });
    const plan = planned(picture);
    const notes = transcodeNotes(picture, 1000, plan, sent(plan, { mediaType: 'image/png' }));
    assert.deepEqual(notes.at(-1), { kind: 'tilesWouldHelp', tiles: 6, tokens: 22_080 });
  });

  it('tell nothing of what was not done', () => {
    const picture = header(300, 300, { orientation: 1, frames: 1 });
    const plan = { steps: [{ kind: 'lossy', size: picture.size, quality: 88 }] } as const;
    const same = { ...sent(planned(header(4000, 3000))), size: picture.size };
    assert.deepEqual(transcodeNotes(picture, 9_000_000, plan, same), []);
  });
});

describe('sourceNotes', () => {
  it('say what there was more than one of', () => {
    for (const [format, of] of [
      ['gif', 'frames'],
      ['png', 'frames'],
      ['webp', 'frames'],
      ['tiff', 'pages'],
      ['ico', 'sizes'],
      ['cur', 'sizes'],
    ] as const) {
      const picture = header(300, 300, { format, frames: 12 });
      assert.deepEqual(sourceNotes(picture, picture.size), [
        { kind: 'onlyOneSent', of, count: 12 },
      ]);
    }
  });

  it('warn of an edge under 200 px, as it is sent', () => {
    const picture = header(1000, 1000);
    assert.deepEqual(sourceNotes(picture, { width: 1000, height: 199 }), [{ kind: 'smallEdge' }]);
    assert.deepEqual(sourceNotes(picture, { width: 1000, height: 200 }), []);
  });
});
