import type { FilesFailure } from '../../core/failure.ts';
import type { UploadedImage } from '../conversation/uploadedImages.ts';
import { formatFileSize, type Locale } from './locale.ts';
import { requestFailureMessage } from './wording.ts';

/** An uploaded image in a list to choose from. */
export function uploadLabels(
  { name, byteLength, uploadedAt, usedAs }: UploadedImage,
  locale: Locale,
): { readonly label: string; readonly description: string; readonly detail: string } {
  const { l10n, language } = locale;
  const when = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  return {
    label: usedAs ?? name,
    description: [
      formatFileSize(byteLength, locale),
      ...(uploadedAt === undefined ? [] : [when.format(uploadedAt)]),
    ].join(' · '),
    detail:
      usedAs === undefined
        ? l10n.t('Used in no conversation of this workspace')
        : l10n.t('Used in a conversation of this workspace'),
  };
}

/** Why the server could not be asked about its files, or could not delete one. */
export function filesFailureMessage(failure: FilesFailure, { l10n }: Locale): string {
  switch (failure.kind) {
    case 'filesUnsupported':
      return l10n.t('The server keeps no files.');
    case 'storageFull':
      return l10n.t('The storage of your organization is full.');
    case 'stopped':
      return l10n.t('It was canceled.');
    default:
      return requestFailureMessage(failure);
  }
}
