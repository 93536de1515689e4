// Writes a conversation as this version stores it into `test/fixtures/storage-VERSION`, which later
// versions must open. To be run once a version of the storage: `node test/support/makeStorageFixture.ts`.
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type {
  AssistantTurn,
  AttachedImage,
  Conversation,
  UserTurn,
} from '../../src/core/conversation/conversation.ts';
import { STORAGE_VERSION } from '../../src/core/conversation/storedConversation.ts';
import { modelOf } from '../../src/core/plan/models.ts';
import { imageTokens } from '../../src/core/plan/visualTokens.ts';
import type { PreparedImage } from '../../src/core/plan/preparedImage.ts';
import { BlobFiles } from '../../src/host/storage/blobFiles.ts';
import { ConversationFiles } from '../../src/host/storage/conversationFiles.ts';
import { sampleImage } from './sample.ts';

const ID = '6f1d3c52-8a0e-4f7b-9c41-2b7e5d90a1f3';
const MODEL = 'claude-sonnet-5-5';
const CREATED_AT = Date.UTC(2026, 5, 1, 9, 30);

const root = join(import.meta.dirname, `../fixtures/storage-${STORAGE_VERSION}`);
rmSync(root, { recursive: true, force: true });
const blobs = new BlobFiles(root);

async function prepared(
  bytes: Uint8Array,
  about: Pick<PreparedImage, 'mediaType' | 'notes'>,
): Promise<PreparedImage> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await blobs.put(sha256, bytes);
  const { width, height } = await sharp(bytes).metadata();
  const tokens = imageTokens({ width, height }, modelOf(MODEL));
  return { sha256, width, height, byteLength: bytes.length, tokens, ...about };
}

const flow: AttachedImage = {
  id: 'image-1',
  name: 'alert-flow.png',
  uri: 'file:///home/ada/tidewatch/images/alert-flow.png',
  number: 1,
  state: 'ready',
  prepared: await prepared(sampleImage('alert-flow.png'), {
    mediaType: 'image/png',
    notes: [{ kind: 'metadataRemoved' }],
  }),
  labels: { details: '900x420 · 495 tokens · $0.0010', notes: ['metadata removed'] },
};

const photograph = await sharp(sampleImage('waterfall.jpg'))
  .rotate()
  .resize(360)
  .jpeg({ quality: 70 })
  .toBuffer();
const waterfall: AttachedImage = {
  id: 'image-2',
  name: 'waterfall.jpg',
  uri: 'https://example.org/waterfall.jpg',
  number: 2,
  replaces: 'river.jpg',
  state: 'ready',
  prepared: await prepared(photograph, {
    mediaType: 'image/jpeg',
    notes: [
      { kind: 'resized', from: [4500, 3000], to: [360, 240], reason: 'detail', timesSmaller: 12 },
      { kind: 'turnedUpright' },
      { kind: 'tilesWouldHelp', tiles: 4, tokens: 6240 },
    ],
  }),
  labels: { details: '360x240 · 117 tokens · $0.0002', notes: ['4500x3000 to 360x240'] },
};

const question = (id: string, text: string, images: readonly AttachedImage[] = []): UserTurn => ({
  role: 'user',
  id,
  text,
  images,
  labelled: images.length > 1,
});

const answer = (id: string, text: string, change: Partial<AssistantTurn> = {}): AssistantTurn => ({
  role: 'assistant',
  id,
  text,
  status: 'complete',
  model: MODEL,
  usage: { inputTokens: 968, outputTokens: 41, cacheReadTokens: 0, cacheWriteTokens: 934 },
  usageLabel: '1,902 tokens in · 41 out · $0.0070',
  ...change,
});

const conversation: Conversation = {
  id: ID,
  title: 'Alerts of the tide stations',
  turns: [
    question('turn-1', 'What do these show?', [flow, waterfall]),
    answer('turn-2', 'Image 1 is a flow chart of an alert. Image 2 is a waterfall.'),
    question('turn-3', 'Who is told first? 🌊'),
    answer('turn-4', 'The harbour master, before the st', {
      status: 'failed',
      notice: {
        severity: 'error',
        message: 'The connection to api.anthropic.com was lost before the answer ended.',
        actions: ['retry', 'showLog'],
      },
    }),
    question('turn-5', 'And then?'),
    answer('turn-6', '', {
      status: 'waiting',
      retry: { at: CREATED_AT + 90_000, seconds: 7.25 },
      notice: { severity: 'warning', message: 'Claude is overloaded.', actions: ['stop'] },
    }),
  ],
  attachments: [
    {
      id: 'image-3',
      name: 'scan.tif',
      state: 'failed',
      labels: { details: '', notes: [] },
      notice: { severity: 'error', message: 'The file is damaged.', actions: [] },
    },
  ],
  numbersGiven: 2,
  notice: {
    severity: 'info',
    message: 'Prices are those of June 2026.',
    actions: ['openSettings'],
  },
};

const files = new ConversationFiles(root, () => CREATED_AT + 60_000);
const opened = await files.create(ID);
opened.save({
  conversation,
  draft: 'Could you also',
  scrollTop: 412.5,
  createdAt: CREATED_AT,
  updatedAt: CREATED_AT,
});
opened.dispose();
