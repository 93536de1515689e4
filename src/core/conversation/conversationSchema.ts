import * as v from 'valibot';
import { MEDIA_TYPES } from '../plan/mediaType.ts';
import type { DetailChoice } from '../plan/plan.ts';
import type { PreparationNote, PreparedImage, ResizeReason } from '../plan/preparedImage.ts';
import type { Billed } from './billing.ts';
import type {
  OriginalImage,
  AnswerStatus,
  AssistantTurn,
  AttachedImage,
  Conversation,
  ImageLabels,
  Notice,
  NoticeAction,
  ScheduledRetry,
  Turn,
  Usage,
  UserTurn,
} from './conversation.ts';

/** What a schema must give to describe a type of the conversation; the compiler holds it to that. */
type SchemaOf<T> = v.GenericSchema<unknown, T>;

/** A schema for every field of a type, optional ones included: the compiler misses none. */
export type FieldsOf<T> = Record<keyof T, v.GenericSchema>;

/** All values of a union of texts: the compiler misses none. */
type AllOf<T extends string> = { readonly [K in T]: K };

/** The latest time that a `Date` can hold. */
export const LATEST_TIME = 8.64e15;

const countSchema = v.pipe(v.number(), v.finite(), v.minValue(0));

/** Milliseconds since the epoch that a `Date` can hold. */
export const timeSchema = v.pipe(countSchema, v.maxValue(LATEST_TIME));

const sha256Schema = v.pipe(v.string(), v.regex(/^[\da-f]{64}$/));

const NOTICE_ACTIONS = {
  retry: 'retry',
  stop: 'stop',
  continue: 'continue',
  setApiKey: 'setApiKey',
  getApiKey: 'getApiKey',
  newConversation: 'newConversation',
  openSettings: 'openSettings',
  saveAgain: 'saveAgain',
  manageStorage: 'manageStorage',
  showLog: 'showLog',
  reencodeAndRetry: 'reencodeAndRetry',
  removeAndRetry: 'removeAndRetry',
  goOnWithout: 'goOnWithout',
  sendImagesSmaller: 'sendImagesSmaller',
  leaveOutOldestImages: 'leaveOutOldestImages',
  leaveOutOldestTurns: 'leaveOutOldestTurns',
  leaveOutQuestion: 'leaveOutQuestion',
  editQuestion: 'editQuestion',
  selectModel: 'selectModel',
} as const satisfies AllOf<NoticeAction>;

const RESIZE_REASONS = {
  tier: 'tier',
  detail: 'detail',
  edge: 'edge',
  bytes: 'bytes',
} as const satisfies AllOf<ResizeReason>;

const ANSWER_STATUSES = {
  waiting: 'waiting',
  streaming: 'streaming',
  complete: 'complete',
  cutOff: 'cutOff',
  stopped: 'stopped',
  failed: 'failed',
  refused: 'refused',
} as const satisfies AllOf<AnswerStatus>;

const IMAGE_STATES = {
  preparing: 'preparing',
  ready: 'ready',
  failed: 'failed',
  removed: 'removed',
} as const satisfies AllOf<AttachedImage['state']>;

const noticeSchema: SchemaOf<Notice> = v.looseObject({
  severity: v.picklist(['error', 'warning', 'info']),
  message: v.string(),
  actions: v.array(v.enum(NOTICE_ACTIONS)),
  images: v.exactOptional(v.array(v.string())),
  turns: v.exactOptional(v.array(v.string())),
  detail: v.exactOptional(v.picklist(['standard', 'low'])),
} satisfies FieldsOf<Notice>);

const labelsSchema: SchemaOf<ImageLabels> = v.looseObject({
  details: v.string(),
  notes: v.array(v.string()),
} satisfies FieldsOf<ImageLabels>);

const sizeSchema = v.tuple([countSchema, countSchema]);

/** The notes that say no more than their kind. */
const PLAIN_NOTES = {
  turnedUpright: 'turnedUpright',
  metadataRemoved: 'metadataRemoved',
  partlyDamaged: 'partlyDamaged',
  externalPartsLeftOut: 'externalPartsLeftOut',
  colourProfileDropped: 'colourProfileDropped',
  smallEdge: 'smallEdge',
  sentByAddress: 'sentByAddress',
  reencoded: 'reencoded',
} as const satisfies AllOf<
  Exclude<PreparationNote['kind'], 'resized' | 'converted' | 'onlyOneSent' | 'tilesWouldHelp'>
>;

const noteSchema: SchemaOf<PreparationNote> = v.variant('kind', [
  v.looseObject({ kind: v.enum(PLAIN_NOTES) }),
  v.looseObject({
    kind: v.literal('resized'),
    from: sizeSchema,
    to: sizeSchema,
    reason: v.enum(RESIZE_REASONS),
    timesSmaller: v.exactOptional(countSchema),
  }),
  v.looseObject({ kind: v.literal('converted'), from: v.string(), to: v.string() }),
  v.looseObject({
    kind: v.literal('onlyOneSent'),
    of: v.picklist(['frames', 'pages', 'sizes']),
    count: countSchema,
  }),
  v.looseObject({ kind: v.literal('tilesWouldHelp'), tiles: countSchema, tokens: countSchema }),
]);

const preparedSchema: SchemaOf<PreparedImage> = v.looseObject({
  sha256: sha256Schema,
  mediaType: v.picklist(MEDIA_TYPES),
  width: countSchema,
  height: countSchema,
  byteLength: countSchema,
  tokens: countSchema,
  url: v.exactOptional(v.string()),
  notes: v.array(noteSchema),
} satisfies FieldsOf<PreparedImage>);

const DETAIL_CHOICES = {
  native: 'native',
  standard: 'standard',
  low: 'low',
  tiles: 'tiles',
} as const satisfies AllOf<DetailChoice>;

const originalSchema: SchemaOf<OriginalImage> = v.looseObject({
  format: v.string(),
  width: countSchema,
  height: countSchema,
  byteLength: countSchema,
  sha256: sha256Schema,
} satisfies FieldsOf<OriginalImage>);

const imageSchema: SchemaOf<AttachedImage> = v.looseObject({
  id: v.string(),
  name: v.string(),
  uri: v.exactOptional(v.string()),
  number: v.exactOptional(countSchema),
  replaces: v.exactOptional(v.string()),
  state: v.enum(IMAGE_STATES),
  prepared: v.exactOptional(preparedSchema),
  detail: v.exactOptional(v.enum(DETAIL_CHOICES)),
  tiles: v.exactOptional(v.array(preparedSchema)),
  original: v.exactOptional(originalSchema),
  labels: labelsSchema,
  notice: v.exactOptional(noticeSchema),
  leftOut: v.exactOptional(v.literal(true)),
  accepted: v.exactOptional(sha256Schema),
  inline: v.exactOptional(v.literal(true)),
} satisfies FieldsOf<AttachedImage>);

const usageSchema: SchemaOf<Usage> = v.looseObject({
  inputTokens: countSchema,
  outputTokens: countSchema,
  cacheReadTokens: countSchema,
  cacheWriteTokens: countSchema,
} satisfies FieldsOf<Usage>);

const billedSchema: SchemaOf<Billed> = v.looseObject({
  model: v.string(),
  usage: usageSchema,
  dollars: v.exactOptional(countSchema),
} satisfies FieldsOf<Billed>);

const retrySchema: SchemaOf<ScheduledRetry> = v.looseObject({
  at: v.pipe(v.number(), v.finite()),
  seconds: v.pipe(v.number(), v.finite()),
} satisfies FieldsOf<ScheduledRetry>);

const turnSchema: SchemaOf<Turn> = v.variant('role', [
  v.looseObject({
    role: v.literal('user'),
    id: v.string(),
    text: v.string(),
    images: v.array(imageSchema),
    labelled: v.boolean(),
    leftOut: v.exactOptional(v.literal(true)),
  } satisfies FieldsOf<UserTurn>),
  v.looseObject({
    role: v.literal('assistant'),
    id: v.string(),
    text: v.string(),
    status: v.enum(ANSWER_STATUSES),
    model: v.string(),
    usage: v.exactOptional(usageSchema),
    billedSoFar: v.exactOptional(billedSchema),
    usageOutdated: v.exactOptional(v.literal(true)),
    usageLabel: v.exactOptional(v.string()),
    notice: v.exactOptional(noticeSchema),
    retry: v.exactOptional(retrySchema),
    leftOut: v.exactOptional(v.literal(true)),
  } satisfies FieldsOf<AssistantTurn>),
]);

/** Checks the fields that are known, and keeps the others as they are. */
export const conversationSchema: SchemaOf<Conversation> = v.looseObject({
  id: v.string(),
  turns: v.array(turnSchema),
  attachments: v.array(imageSchema),
  title: v.exactOptional(v.string()),
  numbersGiven: countSchema,
  notice: v.exactOptional(noticeSchema),
  billed: v.exactOptional(v.array(billedSchema)),
  totalLabel: v.exactOptional(v.string()),
} satisfies FieldsOf<Conversation>);
