import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import { sentImages } from '../../../../src/core/conversation/conversation.ts';
import { UploadStore } from '../../../../src/host/conversation/uploadStore.ts';
import { BlobFiles } from '../../../../src/host/storage/blobFiles.ts';
import { ConversationFiles } from '../../../../src/host/storage/conversationFiles.ts';
import { testFolder, valueOf } from './storageSetup.ts';

const ID = '6f1d3c52-8a0e-4f7b-9c41-2b7e5d90a1f3';
const CREATED_AT = Date.UTC(2026, 5, 1, 9, 30);

describe('a conversation that version 1 of the storage wrote', () => {
  const folder = testFolder();
  let files = new ConversationFiles('');

  beforeEach(() => {
    // A copy, since a lease is put beside what is opened.
    cpSync(join(import.meta.dirname, '../../../fixtures/storage-1'), folder.path, {
      recursive: true,
    });
    files = new ConversationFiles(folder.path);
  });

  it('is listed', async () => {
    const { conversations, faults } = await files.list();
    assert.deepEqual(faults, []);
    assert.equal(conversations.length, 1);
    const [summary] = conversations;
    assert.equal(summary?.id, ID);
    assert.equal(summary.title, 'Alerts of the tide stations');
    assert.equal(summary.firstText, 'What do these show?');
    assert.deepEqual([summary.createdAt, summary.updatedAt], [CREATED_AT, CREATED_AT + 60_000]);
    assert.deepEqual(
      summary.images.map(({ name }) => name),
      ['alert-flow.png', 'waterfall.jpg', 'scan.tif'],
    );
  });

  it('is opened with its turns, images, draft and place', async () => {
    const opened = valueOf(await files.open(ID));
    const { stored } = opened;
    assert.ok(stored);
    assert.equal(stored.draft, 'Could you also');
    assert.equal(stored.scrollTop, 412.5);
    const { conversation } = stored;
    assert.deepEqual(
      conversation.turns.map((turn) => (turn.role === 'user' ? turn.text : turn.status)),
      [
        'What do these show?',
        'complete',
        'Who is told first? 🌊',
        'failed',
        'And then?',
        'waiting',
      ],
    );
    const [flow, waterfall] = sentImages(conversation);
    assert.equal(flow?.prepared?.mediaType, 'image/png');
    assert.equal(waterfall?.replaces, 'river.jpg');
    assert.deepEqual(waterfall.prepared?.notes[0], {
      kind: 'resized',
      from: [4500, 3000],
      to: [360, 240],
      reason: 'detail',
      timesSmaller: 12,
    });
    assert.equal(conversation.attachments[0]?.notice?.message, 'The file is damaged.');
    opened.dispose();
  });

  it('has the bytes of its images, and no others', async () => {
    const blobs = new BlobFiles(folder.path);
    const used = await files.usedBlobs();
    assert.equal(used.size, 2);
    for (const sha256 of used) {
      assert.ok(await blobs.get(sha256), sha256);
    }
    await blobs.collect(used, 0);
    assert.equal(await blobs.collect(used, 0), 0);
  });

  it('is opened the same after it was saved by this version', async () => {
    const opened = valueOf(await files.open(ID));
    assert.ok(opened.stored);
    opened.save(opened.stored);
    opened.dispose();
    const again = valueOf(await files.open(ID));
    assert.deepEqual(again.stored, { ...opened.stored, updatedAt: again.stored?.updatedAt });
    assert.ok((again.stored?.updatedAt ?? 0) > opened.stored.updatedAt);
    again.dispose();
  });
});

describe('a conversation with all that version 1 of the storage knows', () => {
  const folder = testFolder();
  const id = '0b9e4a67-51c8-4d2f-8e13-7ac4d6f02b95';

  beforeEach(() => {
    cpSync(join(import.meta.dirname, '../../../fixtures/storage-1-whole'), folder.path, {
      recursive: true,
    });
  });

  it('is opened with every field', async () => {
    const opened = valueOf(await new ConversationFiles(folder.path).open(id));
    const { stored } = opened;
    assert.ok(stored);
    assert.equal(stored.scrollTop, 412.5);
    const { conversation } = stored;
    const [image, removed] = sentImages(conversation);
    assert.equal(image?.detail, 'tiles');
    assert.equal(image.tiles?.length, 2);
    assert.equal(image.original?.format, 'TIFF');
    assert.equal(image.leftOut, true);
    assert.equal(image.accepted, image.prepared?.sha256);
    assert.equal(image.replaces, 'draft.png');
    assert.equal(removed?.state, 'removed');
    const [question, answer] = conversation.turns;
    assert.ok(question?.leftOut);
    assert.equal(answer?.role, 'assistant');
    assert.deepEqual(answer.retry, { at: Date.UTC(2026, 6, 1, 9, 30), seconds: 4.5 });
    assert.deepEqual(conversation.billed, [answer.billedSoFar]);
    assert.equal(conversation.totalLabel, 'Conversation: 1,110 tokens, $0.0065');
    opened.dispose();
  });

  it('has the bytes of its image and of the tiles, and knows of the upload', async () => {
    const used = await new ConversationFiles(folder.path).usedBlobs();
    const blobs = new BlobFiles(folder.path);
    const kept = await Promise.all([...used].map(async (sha256) => blobs.get(sha256)));
    assert.equal(kept.filter((bytes) => bytes !== undefined).length, 3);
    const file = join(folder.path, 'uploads.json');
    const [upload, ...others] = await new UploadStore({
      file,
      onSetAside: (aside) => assert.fail(aside),
    }).all();
    assert.equal(upload?.fileId, 'file_011CNha8iCJcU1wXNR6q4V8w');
    assert.ok(used.has(upload.sha256));
    assert.equal(others.length, 0);
  });
});
