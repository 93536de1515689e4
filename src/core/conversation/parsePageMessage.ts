import type { NoticeAction } from './conversation.ts';
import type { NothingFound, OfferedFile, PageMessage } from './protocol.ts';

const NOTICE_ACTIONS: readonly NoticeAction[] = [
  'retry',
  'stop',
  'continue',
  'setApiKey',
  'getApiKey',
  'newConversation',
  'openSettings',
  'saveAgain',
  'manageStorage',
  'showLog',
  'reencodeAndRetry',
  'removeAndRetry',
  'goOnWithout',
  'sendImagesSmaller',
  'leaveOutOldestImages',
  'leaveOutOldestTurns',
  'leaveOutQuestion',
  'selectModel',
];

/** Reads a message of the page. `undefined` for anything that is not one: it is to be ignored. */
export function parsePageMessage(value: unknown): PageMessage | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const { type } = value;
  switch (type) {
    case 'ready':
    case 'stop':
    case 'attach':
    case 'attachOpenImage':
    case 'attachUrl':
    case 'copyConversation':
      return { type };
    case 'send':
    case 'copy':
      return isString(value['text']) ? { type, text: value['text'] } : undefined;
    case 'removeImage':
    case 'replaceImage':
    case 'openImage':
    case 'openSentImage':
    case 'showSight':
      return isString(value['imageId']) ? { type, imageId: value['imageId'] } : undefined;
    case 'fileFailed':
      return isString(value['fileId']) ? { type, fileId: value['fileId'] } : undefined;
    case 'deleteExchange':
    case 'fork':
      return isString(value['turnId']) ? { type, turnId: value['turnId'] } : undefined;
    case 'setModel':
      return isString(value['model']) ? { type, model: value['model'] } : undefined;
    case 'insertCode':
      return isString(value['code']) ? { type, code: value['code'] } : undefined;
    case 'needThumbnail':
      return isString(value['sha256']) ? { type, sha256: value['sha256'] } : undefined;
    case 'viewChanged':
      return parseViewChanged(value);
    case 'attachUris':
      return parseUris(value['uris']);
    case 'offerFiles':
      return parseOffer(value);
    case 'filePiece':
      return parseFilePiece(value);
    case 'nothingFound':
      return parseNothingFound(value['reason']);
    case 'editMessage':
      return parseEdit(value);
    case 'newFile':
      return parseNewFile(value);
    case 'noticeAction':
      return parseNoticeAction(value);
    default:
      return undefined;
  }
}

function parseNoticeAction(value: Record<string, unknown>): PageMessage | undefined {
  const action = NOTICE_ACTIONS.find((known) => known === value['action']);
  const turnId = value['turnId'];
  if (!action || (turnId !== undefined && typeof turnId !== 'string')) {
    return undefined;
  }
  return { type: 'noticeAction', action, ...(turnId !== undefined && { turnId }) };
}

function parseViewChanged({
  conversationId,
  view,
}: Record<string, unknown>): PageMessage | undefined {
  if (!isString(conversationId) || !isRecord(view)) {
    return undefined;
  }
  const { draft, scrollTop } = view;
  return isString(draft) && isOptional(scrollTop, isNumber)
    ? {
        type: 'viewChanged',
        conversationId,
        view: { draft, ...(scrollTop !== undefined && { scrollTop }) },
      }
    : undefined;
}

function parseUris(uris: unknown): PageMessage | undefined {
  return isListOf(uris, isString) ? { type: 'attachUris', uris } : undefined;
}

function parseOffer({
  files,
  leftOut,
  unreadable,
  unsearched,
}: Record<string, unknown>): PageMessage | undefined {
  if (
    !isListOf(files, isOfferedFile) ||
    !isOptional(leftOut, isCount) ||
    !isOptional(unreadable, isCount) ||
    !isOptional(unsearched, isBoolean)
  ) {
    return undefined;
  }
  return {
    type: 'offerFiles',
    files: files.map(({ fileId, name, byteLength, folder }) => ({
      fileId,
      name,
      byteLength,
      ...(folder !== undefined && { folder }),
    })),
    ...(leftOut !== undefined && { leftOut }),
    ...(unreadable !== undefined && { unreadable }),
    ...(unsearched !== undefined && { unsearched }),
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isOfferedFile(value: unknown): value is OfferedFile {
  return (
    isRecord(value) &&
    isString(value['fileId']) &&
    isString(value['name']) &&
    isCount(value['byteLength']) &&
    isOptional(value['folder'], isString)
  );
}

function parseFilePiece({ fileId, from, bytes }: Record<string, unknown>): PageMessage | undefined {
  return isString(fileId) && isCount(from) && bytes instanceof Uint8Array
    ? { type: 'filePiece', fileId, from, bytes }
    : undefined;
}

const NOTHING_FOUND: readonly NothingFound[] = [
  'dropHadNoImage',
  'pasteHadNoImage',
  'clipboardEmpty',
  'clipboardDenied',
];

function parseNothingFound(value: unknown): PageMessage | undefined {
  const reason = NOTHING_FOUND.find((known) => known === value);
  return reason && { type: 'nothingFound', reason };
}

function parseEdit({ turnId, text }: Record<string, unknown>): PageMessage | undefined {
  return isString(turnId) && isString(text) ? { type: 'editMessage', turnId, text } : undefined;
}

function parseNewFile({ code, language }: Record<string, unknown>): PageMessage | undefined {
  return isString(code) && isString(language) ? { type: 'newFile', code, language } : undefined;
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isOptional<T>(
  value: unknown,
  isPresent: (present: unknown) => present is T,
): value is T | undefined {
  return value === undefined || isPresent(value);
}

function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isItem);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
