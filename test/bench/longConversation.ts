import { createHash, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import type {
  AssistantTurn,
  AttachedImage,
  Conversation,
  UserTurn,
} from '../../src/core/conversation/conversation.ts';
import { modelOf } from '../../src/core/plan/models.ts';
import { imageTokens } from '../../src/core/plan/visualTokens.ts';
import { BlobFiles, thumbnailFile } from '../../src/host/storage/blobFiles.ts';
import { ConversationFiles } from '../../src/host/storage/conversationFiles.ts';
import { variants } from './manyPhotographs.ts';
import { paintPhotograph } from './photograph.ts';

export const EXCHANGES = 50;
export const IMAGES = 60;
/** As a photograph of 12 megapixels goes to a model of the standard tier. */
const SIZE = { width: 1269, height: 952 };
const MODEL = 'claude-sonnet-5-5';
const SEED = 7;
const THUMBNAIL_EDGE = 320;

export const LONG_TITLE = 'A hundred turns';
/** What only the last answer says, at its end. */
export const LAST_WORDS = 'That is all of the last answer.';

/** Writes a conversation of 100 turns and 60 photographs into the storage of a workspace. */
export async function writeLongConversation(root: string): Promise<void> {
  const conversation = longConversation(await photographs(root));
  const opened = await new ConversationFiles(root).create(conversation.id);
  const createdAt = Date.now();
  opened.save({ conversation, draft: '', createdAt, updatedAt: createdAt });
  opened.dispose();
}

async function photographs(root: string): Promise<readonly AttachedImage[]> {
  const blobs = new BlobFiles(root);
  const data = new Uint8ClampedArray(SIZE.width * SIZE.height * 3);
  paintPhotograph(SIZE, SEED, data);
  const original = await sharp(data, { raw: { ...SIZE, channels: 3 } })
    .jpeg({ quality: 88 })
    .toBuffer();
  const tokens = imageTokens(SIZE, modelOf(MODEL));
  return Promise.all(
    variants(original, IMAGES).map(async (bytes, index): Promise<AttachedImage> => {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      await blobs.put(sha256, bytes);
      // It lies there since the image was attached.
      const thumbnail = await sharp(bytes).resize(THUMBNAIL_EDGE).jpeg().toBuffer();
      await writeFile(thumbnailFile(root, sha256), thumbnail);
      const name = `photograph-${String(index + 1).padStart(2, '0')}.jpg`;
      const about = { mediaType: 'image/jpeg', byteLength: bytes.length, tokens } as const;
      return {
        id: randomUUID(),
        name,
        uri: `file:///photographs/${name}`,
        number: index + 1,
        state: 'ready',
        prepared: { ...SIZE, ...about, sha256, notes: [] },
        labels: { details: `${SIZE.width}x${SIZE.height} · ${tokens} tokens`, notes: [] },
      };
    }),
  );
}

/** Every question has an image, and every fifth has two. */
function longConversation(images: readonly AttachedImage[]): Conversation {
  const left = [...images];
  const turns = Array.from({ length: EXCHANGES }, (_, index) => {
    const taken = left.splice(0, index % 5 === 0 ? 2 : 1);
    return [questionAbout(taken, index), answerTo(index)] as const;
  }).flat();
  return {
    id: randomUUID(),
    title: LONG_TITLE,
    turns,
    attachments: [],
    numbersGiven: images.length,
  };
}

function questionAbout(images: readonly AttachedImage[], index: number): UserTurn {
  return {
    role: 'user',
    id: randomUUID(),
    text: `What is there to be seen on photograph ${index + 1}, and what has changed since the last?`,
    images,
    labelled: true,
  };
}

function answerTo(index: number): AssistantTurn {
  return {
    role: 'assistant',
    id: randomUUID(),
    text: index === EXCHANGES - 1 ? LAST_ANSWER : answerText(index),
    status: 'complete',
    model: MODEL,
    usage: { inputTokens: 1968, outputTokens: 341, cacheReadTokens: 0, cacheWriteTokens: 934 },
    usageLabel: '2,902 tokens in · 341 out · $0.0110',
  };
}

/** Short enough for the images of its question to be in sight above it. */
const LAST_ANSWER = `## The last one\n\n- A **ridge** from left to right\n- A hut\n\n${LAST_WORDS}`;

function answerText(index: number): string {
  const number = index + 1;
  return [
    `## Photograph ${number}`,
    `A **ridge** runs from left to right, with \`hut-${1800 + number}\` below it in the shade. The light ` +
      'comes from the upper left, so that the stones in the foreground throw *short* shadows to the right.',
    `### What has changed\n\n1. The snow line is ${number} m lower.\n2. There is a second path:\n` +
      '   - it begins at the hut,\n   - and ends at [the pass](https://example.com/pass).\n3. Nothing else.',
    '| Part | Height | Colour |\n| :--- | ---: | :--- |\n' +
      Array.from(
        { length: 6 },
        (_, row) => `| Ridge ${row + 1} | ${2400 + row * number} m | grey |`,
      ).join('\n'),
    '```ts\n' +
      Array.from(
        { length: 8 + (index % 5) * 4 },
        (_, line) =>
          `const height${line} = measure(photograph, { row: ${line}, column: ${number} });`,
      ).join('\n') +
      '\n```',
    '> What is in the shade cannot be told with certainty from this photograph alone.',
    'If you want to know more about it, the next one should be taken from *further* left, and later in the day.',
  ].join('\n\n');
}
