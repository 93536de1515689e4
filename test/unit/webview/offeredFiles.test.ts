import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { PageMessage } from '../../../src/core/conversation/protocol.ts';
import { OfferedFiles } from '../../../src/webview/offeredFiles.ts';

describe('OfferedFiles', () => {
  let posted: PageMessage[];
  let offered: OfferedFiles;

  beforeEach(() => {
    posted = [];
    offered = new OfferedFiles({ post: (message) => posted.push(message) });
  });

  it('tells the host of a file that fails in an unforeseen way, and hands on those after it', async () => {
    const broken = new File([], 'a.png');
    broken.slice = () => {
      const piece = new Blob();
      piece.arrayBuffer = () => Promise.reject(new TypeError('no bytes'));
      return piece;
    };
    const whole = new File([Uint8Array.of(1, 2)], 'b.png');
    const [first = '', second = ''] = offer([broken, whole]);

    const failing = assert.rejects(offered.hand(first, 0), TypeError);
    await offered.hand(second, 0);
    await failing;

    assert.deepEqual(posted.slice(1), [
      { type: 'fileFailed', fileId: first },
      { type: 'filePiece', fileId: second, from: 0, bytes: Uint8Array.of(1, 2) },
    ]);
  });

  it('hands a file over in pieces that are small beside a photograph, and forgets it then', async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(64 * 1024));
    const parts = Array.from({ length: 10 }, () => bytes);
    const [fileId = ''] = offer([new File(parts, 'large.png')]);

    const pieces: Uint8Array<ArrayBuffer>[] = [];
    for (let from = 0; from < 10 * bytes.length; from += pieces.at(-1)?.length ?? 0) {
      await offered.hand(fileId, from);
      const piece = posted.at(-1);
      assert.equal(piece?.type, 'filePiece');
      assert.equal(piece.from, from);
      assert.ok(piece.bytes.length > 0 && piece.bytes.length <= 256 * 1024);
      pieces.push(piece.bytes.slice());
    }
    assert.deepEqual(await new Blob(pieces).bytes(), await new Blob(parts).bytes());

    await offered.hand(fileId, 0);
    assert.deepEqual(posted.at(-1), { type: 'fileFailed', fileId });
  });

  function offer(files: readonly File[]): readonly string[] {
    offered.offer({ files: files.map((file) => ({ file })), unreadable: 0, unsearched: false });
    const [message] = posted;
    assert.equal(message?.type, 'offerFiles');
    return message.files.map(({ fileId }) => fileId);
  }
});
