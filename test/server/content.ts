import { invalid } from './failure.ts';
import { mediaTypes } from './imageHeader.ts';
import type { Block, CacheMark, ImageBlock, TextBlock } from './request.ts';
import { arrayAt, at, fieldsOf, objectAt, oneOfAt, stringAt, type JsonObject } from './schema.ts';
import { isOwnSignature } from './signature.ts';

/** Counts the cache breakpoints of a request while its parts are read. */
export interface CacheMarks {
  count: number;
}

export interface MessagePlace {
  readonly path: string;
  readonly role: 'user' | 'assistant';
  readonly marks: CacheMarks;
}

/** The system prompt, a string or text blocks. */
export function systemAt(value: unknown, marks: CacheMarks): readonly TextBlock[] {
  if (value === undefined) return [];
  if (typeof value === 'string') return value === '' ? [] : [unmarked(value)];
  return arrayAt(value, 'system').map((item, index) => {
    const path = at('system', index);
    const block = objectAt(item, path);
    oneOfAt(block['type'], at(path, 'type'), ['text']);
    return textAt(block, path, 'system', marks);
  });
}

/** The content of one message, a string or blocks. */
export function contentAt(value: unknown, place: MessagePlace): readonly Block[] {
  if (typeof value === 'string') {
    if (value === '') throw emptyContent(place.path);
    return [unmarked(nonBlank(value, 'messages'))];
  }
  const path = at(place.path, 'content');
  const items = arrayAt(value, path);
  if (items.length === 0) throw emptyContent(place.path);
  return items.map((item, index) => blockAt(item, at(path, index), place));
}

function unmarked(text: string): TextBlock {
  return { kind: 'text', text, mark: undefined };
}

function emptyContent(path: string): Error {
  return invalid(
    `${path}: all messages must have non-empty content except for the optional final assistant message`,
  );
}

const playedBlocks = ['image', 'redacted_thinking', 'text', 'thinking'];
// What else the real API takes; nothing of it is played here.
const unplayedBlocks = [
  'container_upload',
  'document',
  'search_result',
  'server_tool_use',
  'tool_result',
  'tool_use',
];

function blockAt(value: unknown, path: string, place: MessagePlace): Block {
  const block = objectAt(value, path);
  if (block['type'] === undefined) throw invalid(`${at(path, 'type')}: Field required`);
  const type = stringAt(block['type'], at(path, 'type'));
  if (unplayedBlocks.includes(type)) {
    throw invalid(`${path}: the practice server does not play '${type}' blocks`);
  }
  const inner = at(path, type);
  switch (type) {
    case 'text':
      return textAt(block, inner, 'messages', place.marks);
    case 'image':
      if (place.role !== 'user') {
        throw invalid(`${path}: 'image' blocks are not permitted in assistant messages`);
      }
      return imageAt(block, path, place.marks);
    case 'thinking':
    case 'redacted_thinking':
      if (place.role !== 'assistant') {
        throw invalid(`${path}: '${type}' blocks are not permitted in user messages`);
      }
      return thinkingAt(block, inner, type);
    default: {
      const expected = [...playedBlocks, ...unplayedBlocks].toSorted();
      throw invalid(
        `${path}: Input tag '${type}' found using 'type' does not match any of the expected tags: ${expected.map((tag) => `'${tag}'`).join(', ')}`,
      );
    }
  }
}

function textAt(
  block: JsonObject,
  path: string,
  field: 'messages' | 'system',
  marks: CacheMarks,
): TextBlock {
  fieldsOf(block, path, ['type', 'text'], ['cache_control', 'citations']);
  const citations = block['citations'] ?? undefined;
  if (citations !== undefined && arrayAt(citations, at(path, 'citations')).length > 0) {
    throw invalid(`${at(path, 'citations')}: the practice server does not play citations`);
  }
  const mark = markAt(block['cache_control'], at(path, 'cache_control'), marks);
  return { kind: 'text', text: nonBlank(stringAt(block['text'], at(path, 'text')), field), mark };
}

function nonBlank(text: string, field: 'messages' | 'system'): string {
  if (text === '') throw invalid(`${field}: text content blocks must be non-empty`);
  if (text.trim() === '') {
    throw invalid(`${field}: text content blocks must contain non-whitespace text`);
  }
  return text;
}

function imageAt(block: JsonObject, path: string, marks: CacheMarks): ImageBlock {
  const inner = at(path, 'image');
  fieldsOf(block, inner, ['type', 'source'], ['cache_control', 'transformations']);
  const mark = markAt(block['cache_control'], at(inner, 'cache_control'), marks);
  return {
    kind: 'image',
    path,
    source: sourceAt(block['source'], at(inner, 'source')),
    refusesResize: refusesResizeAt(block['transformations'], at(inner, 'transformations')),
    mark,
  };
}

function sourceAt(value: unknown, path: string): ImageBlock['source'] {
  const source = objectAt(value, path);
  const type = oneOfAt(source['type'], at(path, 'type'), ['base64', 'url', 'file']);
  const inner = at(path, type);
  switch (type) {
    case 'base64':
      fieldsOf(source, inner, ['type', 'media_type', 'data']);
      return {
        type,
        mediaType: oneOfAt(source['media_type'], at(inner, 'media_type'), mediaTypes),
        data: stringAt(source['data'], at(inner, 'data')),
      };
    case 'url':
      fieldsOf(source, inner, ['type', 'url']);
      return { type, url: webAddress(stringAt(source['url'], at(inner, 'url')), at(inner, 'url')) };
    case 'file':
      fieldsOf(source, inner, ['type', 'file_id']);
      return { type, fileId: stringAt(source['file_id'], at(inner, 'file_id')) };
  }
}

function webAddress(text: string, path: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw invalid(`${path}: Input should be a valid URL`);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw invalid(`${path}: Only HTTP and HTTPS URLs are supported`);
  }
  return text;
}

function refusesResizeAt(value: unknown, path: string): boolean {
  if (value === undefined || value === null) return false;
  const transformations = objectAt(value, path);
  fieldsOf(transformations, path, [], ['oversized_image']);
  const choice = transformations['oversized_image'];
  if (choice === undefined) return false;
  return oneOfAt(choice, at(path, 'oversized_image'), ['downsize', 'error']) === 'error';
}

function thinkingAt(
  block: JsonObject,
  path: string,
  type: 'thinking' | 'redacted_thinking',
): Block {
  if (type === 'redacted_thinking') {
    fieldsOf(block, path, ['type', 'data']);
    throw invalid(`${path}.data: Invalid \`data\` in \`redacted_thinking\` block`);
  }
  fieldsOf(block, path, ['type', 'thinking', 'signature']);
  stringAt(block['thinking'], at(path, 'thinking'));
  if (!isOwnSignature(stringAt(block['signature'], at(path, 'signature')))) {
    throw invalid(`${path}.signature: Invalid \`signature\` in \`thinking\` block`);
  }
  return { kind: 'thinking' };
}

/** Checks a `cache_control` and counts it. */
export function markAt(value: unknown, path: string, marks: CacheMarks): CacheMark | undefined {
  if (value === undefined || value === null) return undefined;
  const control = objectAt(value, path);
  const type = oneOfAt(control['type'], at(path, 'type'), ['ephemeral']);
  const inner = at(path, type);
  fieldsOf(control, inner, ['type'], ['ttl']);
  marks.count += 1;
  return { ttl: oneOfAt<CacheMark['ttl']>(control['ttl'] ?? '5m', at(inner, 'ttl'), ['5m', '1h']) };
}
