import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { NoticeAction } from '../../src/core/conversation/conversation.ts';
import type { AnswerCutoff, RequestFailure } from '../../src/core/failure.ts';
import { cutoffNotice, requestNotice, retryNotice } from '../../src/host/wording/wording.ts';

const message = 'no';

/** The buttons that go with every failure of a request: what to do next, the likeliest first. */
const REQUESTS: Readonly<{
  [Kind in RequestFailure['kind']]: readonly [
    Extract<RequestFailure, { kind: Kind }>,
    readonly NoticeAction[],
  ];
}> = {
  keyMissing: [{ kind: 'keyMissing' }, ['setApiKey', 'getApiKey']],
  keyRejected: [{ kind: 'keyRejected' }, ['setApiKey', 'getApiKey', 'retry']],
  permissionDenied: [{ kind: 'permissionDenied', message }, ['setApiKey', 'retry']],
  billing: [{ kind: 'billing', message }, ['retry']],
  modelNotFound: [{ kind: 'modelNotFound', model: 'claude-9' }, ['selectModel', 'retry']],
  endpointNotFound: [{ kind: 'endpointNotFound' }, ['openSettings', 'retry']],
  filesGone: [{ kind: 'filesGone', fileIds: ['file_1'] }, ['retry']],
  requestTooLarge: [{ kind: 'requestTooLarge' }, ['editQuestion', 'newConversation']],
  tooManyImages: [
    { kind: 'tooManyImages', count: 102, limit: 100 },
    ['editQuestion', 'newConversation'],
  ],
  promptTooLong: [
    { kind: 'promptTooLong', tokens: 210_000, limit: 200_000 },
    ['editQuestion', 'newConversation'],
  ],
  requestInvalid: [
    { kind: 'requestInvalid', message },
    ['editQuestion', 'retry', 'newConversation', 'showLog'],
  ],
  imagesRejected: [
    { kind: 'imagesRejected', images: [{ id: '1', name: 'a.png' }], message },
    ['removeAndRetry', 'goOnWithout'],
  ],
  someImageRejected: [
    {
      kind: 'someImageRejected',
      images: [
        { id: '1', name: 'a.png' },
        { id: '2', name: 'b.png' },
      ],
      message,
    },
    ['removeAndRetry', 'goOnWithout'],
  ],
  rateLimited: [{ kind: 'rateLimited', retryAfterSeconds: 1.5 }, ['retry']],
  spendLimit: [{ kind: 'spendLimit', message }, ['retry']],
  overloaded: [{ kind: 'overloaded' }, ['retry']],
  serverError: [{ kind: 'serverError', status: 500 }, ['retry']],
  unreachable: [{ kind: 'unreachable', host: 'a.example', code: 'ENOTFOUND' }, ['retry']],
  timedOut: [{ kind: 'timedOut', host: 'a.example' }, ['retry']],
  streamCut: [{ kind: 'streamCut' }, ['retry']],
  baseUrlInvalid: [{ kind: 'baseUrlInvalid' }, ['openSettings', 'retry']],
  unexpected: [{ kind: 'unexpected', detail: 'TypeError' }, ['retry', 'showLog']],
};

const CUTOFFS: readonly (readonly [AnswerCutoff, readonly NoticeAction[]])[] = [
  [{ kind: 'maxTokens', limit: 8192, anyText: true }, ['continue', 'openSettings']],
  [{ kind: 'maxTokens', limit: 8192, anyText: false }, ['openSettings', 'retry']],
  [{ kind: 'contextWindowExceeded' }, ['editQuestion', 'newConversation']],
  [{ kind: 'emptyAnswer' }, ['retry']],
  // The question's own "Edit" is the next step.
  [{ kind: 'refused', explanation: 'It is about a pathogen.' }, []],
];

describe('the wording of a failure', () => {
  for (const [kind, [failure, actions]] of Object.entries(REQUESTS)) {
    it(`says what happened and offers what to do: ${kind}`, () => {
      const notice = requestNotice(failure);
      assert.match(notice.message, /^[^{}]{20,}$/);
      assert.deepEqual(notice.actions, actions);
    });
  }

  for (const [cutoff, actions] of CUTOFFS) {
    it(`says why an answer ended early: ${JSON.stringify(cutoff)}`, () => {
      const notice = cutoffNotice(cutoff);
      assert.match(notice.message, /^[^{}]{20,}$/);
      assert.deepEqual(notice.actions, actions);
    });
  }

  it('counts seconds in whole', () => {
    const { message: text } = requestNotice({ kind: 'rateLimited', retryAfterSeconds: 1.2 });
    assert.match(text, /wait 2 seconds/);
  });

  it('says that a request goes again by itself, and how to have it otherwise', () => {
    assert.deepEqual(retryNotice({ kind: 'overloaded' }, 2), {
      severity: 'warning',
      message: 'Claude is overloaded at the moment. Retry 2 of 5 follows by itself.',
      actions: ['retry', 'stop'],
    });
  });
});
