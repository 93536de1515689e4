import type { Uri } from 'vscode';
import type { Conversation } from '../../core/conversation/conversation.ts';
import { readSettings } from '../settings/settings.ts';
import { freePlaces } from './imagePlaces.ts';
import { expandUris, type ExpandOptions } from './expandUris.ts';
import type { ImageSource } from './imageSource.ts';

/** The images that URIs stand for, of folders as many as a conversation has room for. */
export async function expandFor(
  conversation: Conversation,
  uris: readonly (Uri | string)[],
  options?: ExpandOptions,
): Promise<readonly ImageSource[]> {
  return expandUris(uris, freePlaces(conversation, readSettings().model), options);
}
