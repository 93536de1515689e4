/**
 * Writes test/fixtures/storage-1-whole: a conversation with every field that a stored one may have, and
 * the list of uploads. Run it when the version of the storage changes, never for a fixture that is there.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type {
  AssistantTurn,
  AttachedImage,
  Conversation,
  UserTurn,
} from '../../../../src/core/conversation/conversation.ts';
import type { StoredConversation } from '../../../../src/core/conversation/storedConversation.ts';
import type { PreparedImage } from '../../../../src/core/plan/preparedImage.ts';
import { UploadStore, type UploadRecord } from '../../../../src/host/conversation/uploadStore.ts';
import { BlobFiles } from '../../../../src/host/storage/blobFiles.ts';
import { ConversationFiles } from '../../../../src/host/storage/conversationFiles.ts';
import { greyPng } from '../../../support/pngFile.ts';

const ID = '0b9e4a67-51c8-4d2f-8e13-7ac4d6f02b95';
const TIME = Date.UTC(2026, 6, 1, 9, 30);

const folder = join(import.meta.dirname, '../../../fixtures/storage-1-whole');
const blobs = new BlobFiles(folder);

async function prepared(width: number): Promise<Required<PreparedImage>> {
  const bytes = greyPng(width, 20);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await blobs.put(sha256, bytes);
  const { byteLength } = bytes;
  return {
    sha256,
    mediaType: 'image/png',
    width,
    height: 20,
    byteLength,
    tokens: width,
    url: 'https://images.example/chart.png',
    notes: [
      { kind: 'resized', from: [400, 200], to: [40, 20], reason: 'detail', timesSmaller: 10 },
      { kind: 'converted', from: 'TIFF', to: 'PNG' },
      { kind: 'tilesWouldHelp', tiles: 2, tokens: 80 },
      { kind: 'reencoded' },
    ],
  };
}

const whole = await prepared(40);
const notice = {
  severity: 'warning',
  message: 'Left out to make room.',
  actions: ['sendImagesSmaller', 'leaveOutOldestImages', 'leaveOutOldestTurns'],
  images: ['i1'],
  turns: ['u1'],
  detail: 'low',
} as const;
const full: Required<AttachedImage> = {
  id: 'i1',
  name: 'chart.png',
  uri: 'https://images.example/chart.png',
  number: 1,
  replaces: 'draft.png',
  state: 'failed',
  prepared: whole,
  detail: 'tiles',
  tiles: [await prepared(41), await prepared(42)],
  original: { format: 'TIFF', width: 400, height: 200, byteLength: 1234, sha256: 'ab'.repeat(32) },
  labels: { details: '40x20 and 2 parts', notes: ['400x200 to 40x20'] },
  notice,
  leftOut: true,
  inline: true,
  accepted: whole.sha256,
};
const removed: AttachedImage = {
  id: 'i2',
  name: 'private.png',
  number: 2,
  state: 'removed',
  labels: { details: '', notes: [] },
};
const usage = { inputTokens: 900, outputTokens: 80, cacheReadTokens: 70, cacheWriteTokens: 60 };
const billed = { model: 'claude-opus-4-7', usage, dollars: 0.0065 };
const question: Required<UserTurn> = {
  role: 'user',
  id: 'u1',
  text: 'What do these show?',
  images: [full, removed],
  labelled: true,
  leftOut: true,
};
const answer: Required<AssistantTurn> = {
  role: 'assistant',
  id: 'a1',
  text: 'A chart.',
  status: 'waiting',
  model: 'claude-opus-4-7',
  usage,
  billedSoFar: billed,
  usageOutdated: true,
  usageLabel: '1,030 tokens in',
  notice,
  retry: { at: TIME, seconds: 4.5 },
  leftOut: true,
};
const conversation: Required<Conversation> = {
  id: ID,
  title: 'All that there is',
  turns: [question, answer],
  attachments: [{ ...removed, id: 'i3', name: 'next.png', state: 'preparing' }],
  numbersGiven: 2,
  notice,
  billed: [billed],
  totalLabel: 'Conversation: 1,110 tokens, $0.0065',
};
const stored: Required<StoredConversation> = {
  conversation,
  draft: 'Could you also',
  scrollTop: 412.5,
  createdAt: TIME,
  updatedAt: TIME,
};
const upload: Required<UploadRecord> = {
  sha256: whole.sha256,
  fileId: 'file_011CNha8iCJcU1wXNR6q4V8w',
  baseUrl: 'https://api.example',
  keyFingerprint: 'c0ffee',
  byteLength: whole.byteLength,
  uploadedAt: TIME,
  expiresAt: TIME + 1000,
};

const opened = await new ConversationFiles(folder, () => TIME).create(ID);
opened.save(stored);
opened.dispose();
await new UploadStore({
  file: join(folder, 'uploads.json'),
  onSetAside: (file) => {
    throw new Error(file);
  },
}).change(() => [upload]);
