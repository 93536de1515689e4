import * as v from 'valibot';
import { failed, success, type Result } from '../result.ts';
import type { Conversation } from './conversation.ts';
import { conversationSchema, timeSchema, type FieldsOf } from './conversationSchema.ts';

/**
 * The version of what is written. A new optional field needs no new one, since fields that are not
 * known are kept; a new value of a known field does: a reader of this version would call it damage.
 */
export const STORAGE_VERSION = 1;

/** What a file holds beside the conversation. */
export interface StoredConversation {
  readonly conversation: Conversation;
  readonly draft: string;
  /** CSS pixels from the top. */
  readonly scrollTop?: number;
  /** Milliseconds since the epoch, of the clock when it was made. */
  readonly createdAt: number;
  /** Milliseconds since the epoch, of the clock when it was last written. */
  readonly updatedAt: number;
}

/** Why the text of a file is no conversation. `detail` holds nothing of what was written. */
export type ReadFault =
  | { readonly kind: 'damaged'; readonly detail: string }
  | { readonly kind: 'newerVersion'; readonly version: number };

const storedSchema = v.looseObject({
  conversation: conversationSchema,
  draft: v.string(),
  scrollTop: v.exactOptional(v.pipe(v.number(), v.finite())),
  createdAt: timeSchema,
  updatedAt: timeSchema,
} satisfies FieldsOf<StoredConversation>);

const versionSchema = v.looseObject({
  version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
});

/** The text of a file. No part of its beginning is a whole file: a cut is always found. */
export function writeStored(stored: StoredConversation): string {
  return JSON.stringify({ version: STORAGE_VERSION, ...stored });
}

/** Reads what `writeStored` wrote, with the fields that later versions may have added to it. */
export function readStored(text: string): Result<StoredConversation, ReadFault> {
  const value = parseJson(text);
  if (!value.ok) {
    return value;
  }
  const head = v.safeParse(versionSchema, value.value);
  if (!head.success) {
    return failed(damage(head.issues));
  }
  const { version, ...rest } = head.output;
  if (version > STORAGE_VERSION) {
    return failed({ kind: 'newerVersion', version });
  }
  const stored = v.safeParse(storedSchema, rest);
  return stored.success ? success(stored.output) : failed(damage(stored.issues));
}

function parseJson(text: string): Result<unknown, ReadFault> {
  try {
    return success(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) {
      return failed({ kind: 'damaged', detail: 'not JSON' });
    }
    throw error;
  }
}

/** Names the place and what belongs there; the message of the issue would quote what was written. */
function damage([issue]: readonly [v.BaseIssue<unknown>, ...unknown[]]): ReadFault {
  const path = v.getDotPath(issue) ?? 'the whole';
  return { kind: 'damaged', detail: `${path}: expected ${issue.expected ?? issue.type}` };
}
