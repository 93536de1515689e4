import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { emptyConversation } from '../../../src/core/conversation/conversation.ts';
import { ConversationStore } from '../../../src/webview/store.ts';

const notice = { severity: 'info', message: 'Hello', actions: [] } as const;

describe('ConversationStore', () => {
  it('applies events of its conversation', () => {
    const store = new ConversationStore();
    store.replace(emptyConversation('c1'));

    assert.equal(store.apply('c1', { type: 'noticeShown', notice }), true);
    assert.deepEqual(store.conversation.notice, notice);
  });

  it('ignores events of another conversation, and all before the first snapshot', () => {
    const store = new ConversationStore();

    assert.equal(store.apply('', { type: 'noticeShown', notice }), false);
    store.replace(emptyConversation('c1'));
    assert.equal(store.apply('c2', { type: 'noticeShown', notice }), false);
    assert.equal(store.conversation.notice, undefined);
  });
});
