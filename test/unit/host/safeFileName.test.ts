import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { safeFileName } from '../../../src/host/images/safeFileName.ts';

describe('safeFileName', () => {
  for (const [name, expected] of [
    ['photo.png', 'photo.png'],
    ['Bildschirmfoto 2026-11-20 um 10.30.00.png', 'Bildschirmfoto 2026-11-20 um 10.30.00.png'],
    ['写真.jpeg', '写真.jpeg'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\win.ini', 'win.ini'],
    ['a\0b\nc.png', 'a_b_c.png'],
    ['photo\u202Egpj.exe', 'photo_gpj.exe'],
    ['a<b>:"|?*.png', 'a_b______.png'],
    ['nul.png', '_nul.png'],
    ['COM1', '_COM1'],
    ['comet.png', 'comet.png'],
    ['.htaccess', 'htaccess'],
    ['..', 'image'],
    ['', 'image'],
    ['folder/', 'image'],
    ['image. ', 'image'],
    [' .png', 'png'],
    ['\uD800.png', '_.png'],
    [`${'x'.repeat(300)}.png`, `${'x'.repeat(50)}.png`],
    [`a.${'x'.repeat(300)}`, `a.${'x'.repeat(48)}`],
  ] as const) {
    it(`makes "${expected.slice(0, 50)}" of ${JSON.stringify(name).slice(0, 50)}`, () => {
      assert.equal(safeFileName(name), expected);
    });
  }

  it('is a file name whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const safe = safeFileName(name);
        assert.match(safe, /^[^\\/\p{Cc}<>:"|?*]+$/u);
        assert.ok(Buffer.byteLength(safe) <= 255);
        assert.ok(!safe.startsWith('.') && !/[. ]$/.test(safe));
      }),
    );
  });
});
