import { l10n } from 'vscode';
import type { ExcessFailure } from '../../core/failure.ts';
import { LOCALE } from './imageLabels.ts';
import { formatCount, formatMegabytes } from './locale.ts';

/** What a request holds too much of. */
export function excessMessage(failure: ExcessFailure): string {
  switch (failure.kind) {
    case 'tooManyImages':
      return l10n.t(
        'This conversation has {0} images, and the model takes {1} in a request.',
        formatCount(failure.count, LOCALE),
        formatCount(failure.limit, LOCALE),
      );
    case 'requestTooLarge':
      return failure.bytes === undefined || failure.limit === undefined
        ? l10n.t('The images of this conversation are too large together for one request.')
        : l10n.t(
            'The images of this conversation come to {0} MB, and {1} MB can be sent.',
            formatMegabytes(failure.bytes, LOCALE),
            formatMegabytes(failure.limit, LOCALE),
          );
    case 'promptTooLong':
      return failure.tokens === undefined || failure.limit === undefined
        ? l10n.t('This conversation is longer than the model can take.')
        : l10n.t(
            'This conversation is longer than the model can take: {0} tokens, where there is room for {1}.',
            formatCount(failure.tokens, LOCALE),
            formatCount(failure.limit, LOCALE),
          );
  }
}
