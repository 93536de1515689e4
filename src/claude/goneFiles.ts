import type { APIError } from '@anthropic-ai/sdk/core/error';
import type { MessageStreamParams } from '@anthropic-ai/sdk/resources/messages/messages';

/** A 400 that begins with the path of a source of this type is about the file, not its picture. */
const FILE_SOURCE = /^(messages\.\d+\.content\.\d+)\.image\.source\.file\b/;

/** The ids of the files that a request refers to, by the path of their block. */
export function filesByPath({ messages }: MessageStreamParams): ReadonlyMap<string, string> {
  return new Map(
    messages.flatMap(({ content }, message) =>
      (typeof content === 'string' ? [] : content).flatMap(
        (block, position): readonly (readonly [string, string])[] =>
          block.type === 'image' && block.source.type === 'file'
            ? [[`messages.${message}.content.${position}`, block.source.file_id]]
            : [],
      ),
    ),
  );
}

/**
 * The files of a request that the server does not have, as far as the error is about such; else none.
 * A 404 that names neither a file nor the model counts for all of them: sending them anew is harmless.
 */
export function goneFiles(
  error: APIError,
  { files = new Map(), model }: { files?: ReadonlyMap<string, string>; model: string },
): readonly string[] {
  if (files.size === 0) {
    return [];
  }
  const ids = [...new Set(files.values())];
  const message = error.apiMessage ?? '';
  const named = ids.filter((id) => message.includes(id));
  if (error.status === 404 && error.type === 'not_found_error') {
    if (named.length > 0) {
      return named;
    }
    const isModel = error.errorCode !== 'file_expired' && message.includes(model);
    return isModel ? [] : ids;
  }
  // With a code of its own, such as that of the dimensions, it is about the picture.
  if (error.status === 400 && error.errorCode === null) {
    const id = files.get(FILE_SOURCE.exec(message)?.[1] ?? '');
    return id === undefined ? [] : [id];
  }
  return [];
}
