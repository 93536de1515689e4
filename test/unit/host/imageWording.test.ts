import assert from 'node:assert/strict';
import * as l10n from '@vscode/l10n';
import { describe, it } from 'mocha';
import type { ImageFailure } from '../../../src/core/failure.ts';
import type { PreparationNote } from '../../../src/core/plan/preparedImage.ts';
import {
  imageFailureMessage,
  noteLabels,
  noteSentence,
  tileLabel,
} from '../../../src/host/wording/imageWording.ts';
import type { Locale } from '../../../src/host/wording/locale.ts';

const ENGLISH: Locale = { l10n, language: 'en' };

const resized = (more: Partial<Extract<PreparationNote, { kind: 'resized' }>> = {}) =>
  ({ kind: 'resized', from: [4000, 3000], to: [1270, 952], reason: 'tier', ...more }) as const;

const NOTES: readonly (readonly [PreparationNote, readonly string[], string])[] = [
  [
    resized({ timesSmaller: 11 }),
    ['4000x3000 to 1270x952', 'upload 11 times smaller'],
    'JPEG 4000x3000 to 1270x952: Claude would shrink it anyway, upload 11 times smaller',
  ],
  [
    resized({ reason: 'detail' }),
    ['4000x3000 to 1270x952'],
    'JPEG 4000x3000 to 1270x952: less detail was asked for',
  ],
  [
    resized({ reason: 'edge' }),
    ['4000x3000 to 1270x952'],
    'JPEG 4000x3000 to 1270x952: a request with so many images takes no larger ones',
  ],
  [
    resized({ reason: 'bytes' }),
    ['4000x3000 to 1270x952'],
    'JPEG 4000x3000 to 1270x952: its bytes were too many for the API',
  ],
  [{ kind: 'converted', from: 'TIFF', to: 'PNG' }, ['TIFF to PNG'], 'TIFF to PNG'],
  [{ kind: 'turnedUpright' }, ['turned upright'], 'Turned upright, as the camera noted'],
  [
    { kind: 'metadataRemoved' },
    ['metadata removed'],
    'Metadata removed: none of it leaves this machine',
  ],
  [
    { kind: 'onlyOneSent', of: 'frames', count: 12 },
    ['first of 12 frames'],
    'Only part of the file is sent: first of 12 frames',
  ],
  [
    { kind: 'onlyOneSent', of: 'pages', count: 1200 },
    ['first of 1,200 pages'],
    'Only part of the file is sent: first of 1,200 pages',
  ],
  [
    { kind: 'onlyOneSent', of: 'sizes', count: 6 },
    ['largest of 6 sizes'],
    'Only part of the file is sent: largest of 6 sizes',
  ],
  [
    { kind: 'partlyDamaged' },
    ['damaged: part may be missing'],
    'The file is damaged: part of the picture may be missing',
  ],
  [
    { kind: 'externalPartsLeftOut' },
    ['external parts left out'],
    'What the file refers to outside of itself is not drawn',
  ],
  [
    { kind: 'colourProfileDropped' },
    ['color profile dropped'],
    'The color profile is dropped: colors may differ a little',
  ],
  [
    { kind: 'tilesWouldHelp', tiles: 6, tokens: 22_080 },
    ['small print may be lost'],
    'Small print may be lost: 6 parts at full size (22,080 tokens) would keep it',
  ],
  [
    { kind: 'smallEdge' },
    ['under 200 pixels: may be misread'],
    'An edge is under 200 pixels: Claude may misread it',
  ],
];

describe('the wording of notes', () => {
  for (const [note, labels, sentence] of NOTES) {
    it(`says "${sentence}"`, () => {
      assert.deepEqual(noteLabels(note, ENGLISH), labels);
      assert.equal(noteSentence(note, 'JPEG', ENGLISH), sentence);
    });
  }

  it('is in the language that it is given', () => {
    const german: Locale = {
      l10n: {
        t: (message: unknown, ...rest: unknown[]) => `de: ${String(message)} ${rest.join()}`,
      },
      language: 'de',
    };
    const [label] = noteLabels({ kind: 'onlyOneSent', of: 'pages', count: 1200 }, german);
    assert.equal(label, 'de: first of {0} pages 1.200');
  });
});

describe('the label of a tile', () => {
  const tile = (left: number, top: number) => ({ left, top, width: 100, height: 100 });

  it('says which part it is, and in which order they go', () => {
    const rows = [tile(0, 0), tile(0, 90), tile(0, 180)];
    assert.equal(tileLabel(rows, 1, ENGLISH), 'part 2 of 3, top to bottom');
    const columns = [tile(0, 0), tile(90, 0)];
    assert.equal(tileLabel(columns, 0, ENGLISH), 'part 1 of 2, left to right');
    const grid = [tile(0, 0), tile(90, 0), tile(0, 90), tile(90, 90)];
    assert.equal(tileLabel(grid, 3, ENGLISH), 'part 4 of 4, row by row from the top left');
  });
});

describe('the message of an image failure', () => {
  const message = (failure: ImageFailure) => imageFailureMessage('a.bin', failure, ENGLISH);

  it('names a format that cannot be read, and what to do instead', () => {
    for (const [format, expected] of [
      ['PSD', 'a.bin is PSD, which cannot be read. Export it as PNG or JPEG.'],
      ['JPEG XL', 'a.bin is JPEG XL, which cannot be read. Export it as PNG or JPEG.'],
      ['PDF', 'a.bin is PDF, a document. Export the page you mean as PNG or JPEG.'],
      [
        'MP4 video',
        'a.bin is MP4 video, which Claude cannot watch. Save a frame of it as PNG or JPEG.',
      ],
    ] as const) {
      assert.equal(message({ kind: 'formatUnsupported', format }), expected);
    }
  });

  it('tells the limit on all pictures from the limit on a kind of file', () => {
    const size = { kind: 'tooManyPixels', width: 30_000, height: 3000 } as const;
    assert.equal(
      message({ ...size, limitPixels: 100_000_000 }),
      'a.bin has 30000x3000 pixels; up to 100 megapixels are prepared. Export a smaller copy.',
    );
    assert.equal(
      message({ ...size, limitPixels: 61_900_000 }),
      'a.bin has 30000x3000 pixels; of a file of its kind, up to about 61 megapixels are prepared. Export a smaller copy.',
    );
  });

  it('names the file and fills in every figure, whatever went wrong', () => {
    const failures: readonly ImageFailure[] = [
      { kind: 'fileNotFound' },
      { kind: 'fileIsFolder' },
      { kind: 'fileUnreadable', code: 'NoPermissions', detail: 'denied' },
      { kind: 'fileEmpty' },
      { kind: 'fileTooLarge', bytes: 200 * 1024 ** 2, limit: 100 * 1024 ** 2 },
      { kind: 'notAnImage' },
      { kind: 'notAnImage', looksLike: 'html' },
      { kind: 'imageDamaged', format: 'PNG', detail: 'bad checksum' },
      { kind: 'imageTruncated', format: 'PNG' },
      { kind: 'cannotFit', limit: 5 * 1024 ** 2 },
      { kind: 'preparationTimedOut', seconds: 30 },
      { kind: 'preparationCrashed', detail: 'RangeError' },
    ];
    for (const failure of failures) {
      const text = message(failure);
      assert.match(text, /^a\.bin /);
      assert.doesNotMatch(text, /[{}]|undefined/);
    }
    assert.match(message({ kind: 'cannotFit', limit: 5 * 1024 ** 2 }), /limit of 5 MB/);
  });
});
