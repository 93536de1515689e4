import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { PageMessage } from '../../../src/core/conversation/protocol.ts';
import { OfferedFiles } from '../../../src/webview/offeredFiles.ts';

describe('OfferedFiles', () => {
  it('tells the host of a file that fails in an unforeseen way, and hands on those after it', async () => {
    const posted: PageMessage[] = [];
    const offered = new OfferedFiles({ post: (message) => posted.push(message) });
    const broken = new File([], 'a.png');
    broken.arrayBuffer = () => Promise.reject(new TypeError('no bytes'));
    const whole = new File([Uint8Array.of(1, 2)], 'b.png');
    offered.offer({
      files: [{ file: broken }, { file: whole }],
      unreadable: 0,
      unsearched: false,
    });
    const [offer] = posted;
    assert.equal(offer?.type, 'offerFiles');
    const [first = '', second = ''] = offer.files.map(({ fileId }) => fileId);

    const failing = assert.rejects(offered.hand(first), TypeError);
    await offered.hand(second);
    await failing;

    assert.deepEqual(posted.slice(1), [
      { type: 'fileFailed', fileId: first },
      { type: 'file', fileId: second, bytes: Uint8Array.of(1, 2) },
    ]);
  });
});
