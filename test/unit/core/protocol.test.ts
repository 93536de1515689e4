import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parsePageMessage } from '../../../src/core/conversation/parsePageMessage.ts';
import { isHostMessage, type PageMessage } from '../../../src/core/conversation/protocol.ts';

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
    { type: 'needThumbnail', sha256: 'abc' },
    { type: 'attachOpenImage' },
    { type: 'attachUrl' },
    { type: 'attachUris', uris: ['file:///a.png', 'https://example.com/b.png'] },
    { type: 'attachUris', uris: [] },
    { type: 'fileFailed', fileId: 'f1' },
    { type: 'nothingFound', reason: 'dropHadNoImage' },
    { type: 'nothingFound', reason: 'pasteHadNoImage' },
    { type: 'nothingFound', reason: 'clipboardEmpty' },
    { type: 'nothingFound', reason: 'clipboardDenied' },
    { type: 'replaceImage', imageId: '1' },
    { type: 'openSentImage', imageId: '1' },
    { type: 'editMessage', turnId: 'u1', text: '' },
    { type: 'deleteExchange', turnId: 'u1' },
    { type: 'noticeAction', action: 'stop', turnId: 'a1' },
    { type: 'noticeAction', action: 'getApiKey' },
    { type: 'setModel', model: 'claude-sonnet-5-5' },
    { type: 'copyConversation' },
    { type: 'insertCode', code: 'const a = 1;' },
    { type: 'newFile', code: '', language: '' },
  ];
  for (const message of messages) {
    it(`reads ${JSON.stringify(message)} and drops what does not belong to it`, () => {
      assert.deepEqual(parsePageMessage({ ...message, extra: 1 }), message);
    });
  }

  it('reads an offer of files, and drops what does not belong to them', () => {
    const file = { fileId: 'f1', name: 'a.png', byteLength: 7 };
    assert.deepEqual(
      parsePageMessage({ type: 'offerFiles', files: [{ ...file, path: '/etc/passwd' }], extra: 1 }),
      { type: 'offerFiles', files: [file] },
    );
  });

  it('reads which offered files were found in a folder, and what is not among them', () => {
    const message = {
      type: 'offerFiles',
      files: [
        { fileId: 'f1', name: 'a.png', byteLength: 7 },
        { fileId: 'f2', name: 'b.png', byteLength: 8, folder: 'shots' },
      ],
      leftOut: 200,
      unreadable: 3,
      unsearched: true,
    } as const;
    assert.deepEqual(parsePageMessage(message), message);
  });

  it('reads the bytes of a file', () => {
    const message = {
      type: 'filePiece',
      fileId: 'f1',
      from: 2,
      bytes: new Uint8Array([1, 2, 3]),
    } as const;
    assert.deepEqual(parsePageMessage({ ...message, extra: 1 }), message);
  });

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
    { type: 'needThumbnail', sha256: {} },
    { type: 'noticeAction', action: 'workbench.action.quit' },
    { type: 'noticeAction', action: 'retry', turnId: 3 },
    { type: 'noticeAction', turnId: 'a1' },
    { type: 'attachUris' },
    { type: 'attachUris', uris: 'file:///a.png' },
    { type: 'attachUris', uris: ['file:///a.png', 7] },
    { type: 'attachUris', uris: { 0: 'file:///a.png', length: 1 } },
    { type: 'offerFiles' },
    { type: 'offerFiles', files: [null] },
    { type: 'offerFiles', files: [{ fileId: 'f1', name: 'a.png' }] },
    { type: 'offerFiles', files: [{ fileId: 'f1', name: 'a.png', byteLength: '7' }] },
    { type: 'offerFiles', files: [{ fileId: 'f1', name: 'a.png', byteLength: -1 }] },
    { type: 'offerFiles', files: [{ fileId: 'f1', name: 'a.png', byteLength: 1.5 }] },
    { type: 'offerFiles', files: [{ fileId: 1, name: 'a.png', byteLength: 7 }] },
    { type: 'offerFiles', files: [{ fileId: 'f1', name: 'a.png', byteLength: 7, folder: 1 }] },
    { type: 'offerFiles', files: [], leftOut: -1 },
    { type: 'offerFiles', files: [], unreadable: '1' },
    { type: 'offerFiles', files: [], unsearched: 1 },
    { type: 'filePiece', fileId: 'f1', from: 0 },
    { type: 'filePiece', fileId: 'f1', bytes: new Uint8Array(1) },
    { type: 'filePiece', fileId: 'f1', from: -1, bytes: new Uint8Array(1) },
    { type: 'filePiece', fileId: 'f1', from: 0, bytes: [1, 2, 3] },
    { type: 'filePiece', fileId: 'f1', from: 0, bytes: 'AQID' },
    { type: 'filePiece', from: 0, bytes: new Uint8Array(1) },
    { type: 'fileFailed', fileId: 1 },
    { type: 'nothingFound' },
    { type: 'nothingFound', reason: 'other' },
    { type: 'replaceImage' },
    { type: 'openSentImage', imageId: 1 },
    { type: 'editMessage', turnId: 'u1' },
    { type: 'editMessage', text: 'What?' },
    { type: 'deleteExchange', turnId: {} },
    { type: 'setModel', model: null },
    { type: 'insertCode' },
    { type: 'newFile', code: 'a' },
    { type: 'newFile', language: 'ts' },
  ]) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      assert.equal(parsePageMessage(value), undefined);
    });
  }

  it('never throws, whatever comes', () => {
    fc.assert(fc.property(fc.anything(), (value) => parsePageMessage(value) === undefined));
    const types = fc.constantFrom(
      'attachUris',
      'offerFiles',
      'filePiece',
      'newFile',
      'noticeAction',
    );
    const parts = fc.dictionary(
      fc.constantFrom('uris', 'files', 'leftOut', 'bytes', 'code'),
      fc.anything(),
    );
    fc.assert(
      fc.property(types, parts, (type, rest) => {
        parsePageMessage({ ...rest, type });
      }),
    );
  });
});

describe('isHostMessage', () => {
  it('tells the messages of the host from those of other scripts', () => {
    assert.equal(isHostMessage({ type: 'focusMessage' }), true);
    assert.equal(isHostMessage({ type: 'vscode-other' }), false);
    assert.equal(isHostMessage('snapshot'), false);
  });
});
