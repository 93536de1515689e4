import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { emptyConversation } from '../../../src/core/conversation/conversation.ts';
import {
  readStored,
  STORAGE_VERSION,
  writeStored,
  type ReadFault,
  type StoredConversation,
} from '../../../src/core/conversation/storedConversation.ts';
import { storedConversation } from './anyConversation.ts';

const SECRET = 'what the user wrote';

const small: StoredConversation = {
  conversation: {
    ...emptyConversation('c'),
    turns: [{ role: 'user', id: 'u1', text: SECRET, images: [], labelled: false }],
  },
  draft: SECRET,
  createdAt: 1,
  updatedAt: 2,
};

function read(text: string): StoredConversation {
  const result = readStored(text);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

function faultOf(text: string): ReadFault {
  const result = readStored(text);
  assert.ok(!result.ok);
  return result.error;
}

/** The small one with other values at its top. */
const changed = (change: object): string =>
  JSON.stringify({ ...(JSON.parse(writeStored(small)) as object), ...change });

describe('a stored conversation', () => {
  it('is read as it was written, whatever it holds', () => {
    fc.assert(
      fc.property(storedConversation, (stored) => {
        assert.deepEqual(read(writeStored(stored)), stored);
      }),
    );
  });

  it('is damaged wherever it is cut', () => {
    fc.assert(
      fc.property(storedConversation, fc.double({ min: 0, max: 1, noNaN: true }), (stored, at) => {
        const text = writeStored(stored);
        const cut = text.slice(0, Math.min(text.length - 1, Math.floor(at * text.length)));
        assert.equal(faultOf(cut).kind, 'damaged');
      }),
    );
    const text = writeStored(small);
    for (let length = 0; length < text.length; length++) {
      assert.equal(faultOf(text.slice(0, length)).kind, 'damaged');
    }
  });

  it('is damaged when a crash left zeros in its place', () => {
    assert.equal(faultOf('\0'.repeat(500)).kind, 'damaged');
  });

  it('names the place of the damage and nothing of what was written', () => {
    const { conversation } = small;
    const turns = [{ ...conversation.turns[0], images: SECRET }];
    const fault = faultOf(changed({ conversation: { ...conversation, turns } }));
    assert.deepEqual(fault, {
      kind: 'damaged',
      detail: 'conversation.turns.0.images: expected Array',
    });
  });

  for (const [what, change] of Object.entries({
    'no version': { version: undefined },
    'a version that is no number': { version: '1' },
    'a version below the first': { version: 0 },
    'no conversation': { conversation: undefined },
    'a time that no date can hold': { updatedAt: 1e300 },
    'a time that JSON cannot tell': { createdAt: Number.NaN },
    'a draft of another type': { draft: 1 },
  })) {
    it(`is damaged with ${what}`, () => {
      assert.equal(faultOf(changed(change)).kind, 'damaged');
    });
  }

  it('refuses a hash that is none, since files are named after it', () => {
    const image = {
      id: 'i1',
      name: 'a.png',
      state: 'ready',
      labels: { details: '', notes: [] },
      prepared: {
        sha256: '../../etc/passwd',
        mediaType: 'image/png',
        width: 1,
        height: 1,
        byteLength: 1,
        tokens: 1,
        notes: [],
      },
    };
    const fault = faultOf(
      changed({ conversation: { ...small.conversation, attachments: [image] } }),
    );
    assert.ok(fault.kind === 'damaged' && fault.detail.includes('sha256'));
  });

  it('tells a newer version from damage, whatever else it holds', () => {
    assert.deepEqual(
      faultOf(changed({ version: STORAGE_VERSION + 1, conversation: 'elsewhere' })),
      {
        kind: 'newerVersion',
        version: STORAGE_VERSION + 1,
      },
    );
  });

  it('keeps fields that it does not know, at every depth', () => {
    const text = changed({
      later: { a: 1 },
      conversation: {
        ...small.conversation,
        later: [1],
        turns: [{ ...small.conversation.turns[0], later: 'x' }],
      },
    });
    assert.deepEqual(JSON.parse(writeStored(read(text))), JSON.parse(text));
  });
});
