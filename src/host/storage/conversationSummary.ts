import { allImages, type Conversation } from '../../core/conversation/conversation.ts';
import type { StoredConversation } from '../../core/conversation/storedConversation.ts';

/** The most characters of the first question that a list holds. */
const FIRST_TEXT_LENGTH = 1000;

/** What a list of conversations shows and searches. */
export interface ConversationSummary {
  readonly id: string;
  /** As the user named it. */
  readonly title: string | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Of the file and of all blobs that it refers to. */
  readonly bytes: number;
  readonly turns: number;
  /** Sent ones first, each by the hash of its prepared bytes. */
  readonly images: readonly { readonly name: string; readonly sha256: string | undefined }[];
  /** The beginning of the first question that has words. */
  readonly firstText: string;
  /** Whether another window has it. */
  readonly openElsewhere: boolean;
}

/** `found` is what only the file system tells. */
export function summarize(
  { conversation, createdAt, updatedAt }: StoredConversation,
  found: Pick<ConversationSummary, 'id' | 'bytes' | 'openElsewhere'>,
): ConversationSummary {
  return {
    ...found,
    ...namesOf(conversation),
    createdAt,
    updatedAt,
    turns: conversation.turns.length,
  };
}

/** What of a conversation can name it. */
export function namesOf(
  conversation: Conversation,
): Pick<ConversationSummary, 'title' | 'images' | 'firstText'> {
  return {
    title: conversation.title,
    images: allImages(conversation).map(({ name, prepared }) => ({
      name,
      sha256: prepared?.sha256,
    })),
    firstText: firstText(conversation),
  };
}

/** Newest first; of one time, in the same order every time. */
export function newestFirst(a: ConversationSummary, b: ConversationSummary): number {
  return (
    b.updatedAt - a.updatedAt ||
    b.createdAt - a.createdAt ||
    (a.id < b.id ? -1 : Number(a.id > b.id))
  );
}

/** All that may be the hash of a blob in the text of a file, be it damaged. */
export function hashesIn(text: string): ReadonlySet<string> {
  return new Set(text.match(/[\da-f]{64}/g));
}

function firstText({ turns }: Conversation): string {
  const first = turns.find(({ role, text }) => role === 'user' && text.trim() !== '');
  return (first?.text.trim() ?? '').slice(0, FIRST_TEXT_LENGTH);
}
