import fc from 'fast-check';
import type { Billed } from '../../../src/core/conversation/billing.ts';
import type {
  OriginalImage,
  AssistantTurn,
  AttachedImage,
  Conversation,
  Notice,
  Usage,
  UserTurn,
} from '../../../src/core/conversation/conversation.ts';
import type { StoredConversation } from '../../../src/core/conversation/storedConversation.ts';
import { MEDIA_TYPES } from '../../../src/core/plan/mediaType.ts';
import type { PreparationNote, PreparedImage } from '../../../src/core/plan/preparedImage.ts';

/** Also with halves of characters, which a cut through an emoji leaves. */
const text = fc.string({ unit: 'binary', maxLength: 30 });
const count = fc.nat();
const sha256 = fc.stringMatching(/^[\da-f]{64}$/);
const fraction = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map(Math.abs);

/** A record with a value for every field of its type; the optional ones may be missing. */
function record<T>(
  fields: { readonly [P in keyof T]-?: fc.Arbitrary<Exclude<T[P], undefined>> },
  optional: readonly (keyof T)[] = [],
): fc.Arbitrary<T> {
  const required = (Object.keys(fields) as (keyof T)[]).filter((key) => !optional.includes(key));
  return fc.record(fields, { requiredKeys: required, noNullPrototype: true }) as fc.Arbitrary<T>;
}

const notice = record<Notice>(
  {
    severity: fc.constantFrom('error', 'warning', 'info'),
    message: text,
    actions: fc.array(
      fc.constantFrom(
        'retry',
        'stop',
        'continue',
        'setApiKey',
        'getApiKey',
        'newConversation',
        'openSettings',
        'showLog',
        'removeAndRetry',
        'leaveOutOldestTurns',
        'editQuestion',
      ),
      { maxLength: 3 },
    ),
    images: fc.array(text, { maxLength: 2 }),
    turns: fc.array(text, { maxLength: 2 }),
    detail: fc.constantFrom('standard', 'low'),
  },
  ['images', 'turns', 'detail'],
);

const note: fc.Arbitrary<PreparationNote> = fc.oneof(
  record<Extract<PreparationNote, { kind: 'resized' }>>(
    {
      kind: fc.constant('resized'),
      from: fc.tuple(count, count),
      to: fc.tuple(count, count),
      reason: fc.constantFrom('tier', 'detail', 'edge', 'bytes'),
      timesSmaller: count,
    },
    ['timesSmaller'],
  ),
  record({ kind: fc.constant('converted' as const), from: text, to: text }),
  record({
    kind: fc.constant('onlyOneSent' as const),
    of: fc.constantFrom('frames', 'pages', 'sizes'),
    count,
  }),
  record({ kind: fc.constant('tilesWouldHelp' as const), tiles: count, tokens: count }),
  record({
    kind: fc.constantFrom(
      'turnedUpright' as const,
      'metadataRemoved' as const,
      'partlyDamaged' as const,
      'externalPartsLeftOut' as const,
      'colourProfileDropped' as const,
      'smallEdge' as const,
      'sentByAddress' as const,
      'reencoded' as const,
    ),
  }),
);

const prepared = record<PreparedImage>(
  {
    sha256,
    mediaType: fc.constantFrom(...MEDIA_TYPES),
    width: count,
    height: count,
    byteLength: count,
    tokens: count,
    url: text,
    notes: fc.array(note, { maxLength: 3 }),
  },
  ['url'],
);

const image = record<AttachedImage>(
  {
    id: text,
    name: text,
    uri: text,
    number: count,
    replaces: text,
    state: fc.constantFrom('preparing', 'ready', 'failed', 'removed'),
    prepared,
    detail: fc.constantFrom('native', 'standard', 'low', 'tiles'),
    tiles: fc.array(prepared, { minLength: 1, maxLength: 3 }),
    original: record<OriginalImage>({
      format: text,
      width: count,
      height: count,
      byteLength: count,
      sha256,
    }),
    labels: record({ details: text, notes: fc.array(text, { maxLength: 2 }) }),
    notice,
    leftOut: fc.constant(true as const),
    accepted: sha256,
    inline: fc.constant(true as const),
  },
  [
    'uri',
    'number',
    'replaces',
    'prepared',
    'detail',
    'tiles',
    'original',
    'notice',
    'leftOut',
    'accepted',
    'inline',
  ],
);

const userTurn = record<UserTurn>(
  {
    role: fc.constant('user'),
    id: text,
    text,
    images: fc.array(image, { maxLength: 3 }),
    labelled: fc.boolean(),
    leftOut: fc.constant(true as const),
  },
  ['leftOut'],
);

const usage = record<Usage>({
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheWriteTokens: count,
});

const billed = record<Billed>({ model: text, usage, dollars: fraction }, ['dollars']);

const assistantTurn = record<AssistantTurn>(
  {
    role: fc.constant('assistant'),
    id: text,
    text,
    status: fc.constantFrom(
      'waiting',
      'streaming',
      'complete',
      'cutOff',
      'stopped',
      'failed',
      'refused',
    ),
    model: text,
    usage,
    billedSoFar: billed,
    usageOutdated: fc.constant(true as const),
    usageLabel: text,
    notice,
    retry: record({ at: count, seconds: fraction }),
    leftOut: fc.constant(true as const),
  },
  ['usage', 'billedSoFar', 'usageOutdated', 'usageLabel', 'notice', 'retry', 'leftOut'],
);

const conversation = record<Conversation>(
  {
    id: text,
    title: text,
    turns: fc.array(fc.oneof(userTurn, assistantTurn), { maxLength: 4 }),
    attachments: fc.array(image, { maxLength: 2 }),
    numbersGiven: count,
    notice,
    billed: fc.array(billed, { maxLength: 2 }),
    totalLabel: text,
  },
  ['title', 'notice', 'billed', 'totalLabel'],
);

/** Any conversation as it is written. */
export const storedConversation = record<StoredConversation>(
  { conversation, draft: text, scrollTop: fraction, createdAt: count, updatedAt: count },
  ['scrollTop'],
);
