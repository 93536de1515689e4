import { env, l10n } from 'vscode';

/** More names than this are counted instead: nobody reads them. */
const MOST_NAMED = 5;

/** The names of images as a list in a sentence. */
export function listNames(images: readonly { readonly name: string }[]): string {
  const named = images.slice(0, images.length > MOST_NAMED + 1 ? MOST_NAMED : images.length);
  const more = images.length - named.length;
  return new Intl.ListFormat(env.language).format([
    ...named.map(({ name }) => name),
    ...(more > 0 ? [l10n.t('{0} more', more)] : []),
  ]);
}
