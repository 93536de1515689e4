import type { DownloadFailure } from '../../core/failure.ts';
import { formatMegabytes, type Locale } from './locale.ts';

/** Why an image could not be fetched from its address, and what to do about it. */
export function downloadFailureMessage(
  name: string,
  failure: DownloadFailure,
  locale: Locale,
): string {
  const { l10n } = locale;
  switch (failure.kind) {
    case 'addressInvalid':
      return l10n.t(
        '{0} is not the address of an image. Give one that begins with https:// and names no user.',
        name,
      );
    case 'addressForbidden':
      return failure.redirected
        ? l10n.t(
            '{0} was not fetched: its server led on to {1}, an address of your own network. Save the image and attach the file.',
            name,
            failure.host,
          )
        : l10n.t(
            '{0} was not fetched: {1} is an address of your own network. Save the image and attach the file.',
            name,
            failure.host,
          );
    case 'addressUnreachable':
      return failure.code === undefined
        ? l10n.t('{0} could not be fetched: {1} could not be reached.', name, failure.host)
        : l10n.t(
            '{0} could not be fetched: {1} could not be reached ({2}).',
            name,
            failure.host,
            failure.code,
          );
    case 'downloadRefused':
      return l10n.t(
        '{0} could not be fetched: {1} answered with status {2}. Open the address in a browser, save the image and attach the file.',
        name,
        failure.host,
        failure.status,
      );
    case 'downloadTimedOut':
      return l10n.t(
        '{0} could not be fetched: {1} was not done after {2} seconds. Try again, or save the image and attach the file.',
        name,
        failure.host,
        failure.seconds,
      );
    case 'tooManyRedirects':
      return l10n.t('{0} could not be fetched: {1} leads on and on.', name, failure.host);
    case 'addressOfPage':
      return l10n.t(
        '{0} is the address of a web page. Open it, copy the address of the image itself, and attach that.',
        name,
      );
    case 'downloadTooLarge':
      return l10n.t(
        '{0} was not fetched: it has more than {1} MB, the most that is read.',
        name,
        formatMegabytes(failure.limit, locale),
      );
  }
}
