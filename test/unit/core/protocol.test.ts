import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { isHostMessage, parsePageMessage, type PageMessage } from '../../../src/core/protocol.ts';

describe('parsePageMessage', () => {
  const messages: readonly PageMessage[] = [
    { type: 'ready' },
    { type: 'send', text: 'What is this?' },
    { type: 'stop' },
    { type: 'attach' },
    { type: 'removeImage', imageId: '1' },
    { type: 'openImage', imageId: '1' },
    { type: 'noticeAction', action: 'retry', turnId: 'a1' },
    { type: 'noticeAction', action: 'setApiKey' },
    { type: 'copy', text: 'text' },
    { type: 'needBlob', sha256: 'abc' },
  ];
  for (const message of messages) {
    it(`reads ${JSON.stringify(message)} and drops what does not belong to it`, () => {
      assert.deepEqual(parsePageMessage({ ...message, extra: 1 }), message);
    });
  }

  for (const value of [
    undefined,
    null,
    'ready',
    7,
    [],
    {},
    { type: 'unknown' },
    { type: 'send' },
    { type: 'send', text: 7 },
    { type: 'removeImage', imageId: null },
    { type: 'needBlob', sha256: {} },
    { type: 'noticeAction', action: 'workbench.action.quit' },
    { type: 'noticeAction', action: 'retry', turnId: 3 },
  ]) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      assert.equal(parsePageMessage(value), undefined);
    });
  }

  it('never throws, whatever comes', () => {
    fc.assert(fc.property(fc.anything(), (value) => parsePageMessage(value) === undefined));
  });
});

describe('isHostMessage', () => {
  it('tells the messages of the host from those of other scripts', () => {
    assert.equal(isHostMessage({ type: 'focusMessage' }), true);
    assert.equal(isHostMessage({ type: 'vscode-other' }), false);
    assert.equal(isHostMessage('snapshot'), false);
  });
});
