import { env, l10n } from 'vscode';
import type { Notice } from '../core/conversation.ts';
import type { AnswerCutoff, ImageFailure, RequestFailure } from '../core/failure.ts';
import { LOCALE } from './imageLabels.ts';
import { imageFailureMessage } from './imageWording.ts';
import { formatCount, formatMegabytes } from './locale.ts';

/** Why an image cannot be sent and what to do about it, for its chip. */
export function imageNotice(name: string, failure: ImageFailure): Notice {
  return { severity: 'error', message: imageFailureMessage(name, failure, LOCALE), actions: [] };
}

/** Why a request failed, with the buttons that lead on. */
export function requestNotice(failure: RequestFailure): Notice {
  return {
    severity: failure.kind === 'keyMissing' ? 'info' : 'error',
    message: requestFailureMessage(failure),
    actions: requestActions(failure),
  };
}

export function requestFailureMessage(failure: RequestFailure): string {
  switch (failure.kind) {
    case 'keyMissing':
      return l10n.t(
        'Claude needs your API key. Your message is kept and goes once the key is set.',
      );
    case 'keyRejected':
      return l10n.t('The API does not accept your key. Set another one and try again.');
    case 'permissionDenied':
      return l10n.t('Your key may not do this: {0}', failure.message);
    case 'billing':
      return l10n.t('The API refuses for a matter of billing: {0}', failure.message);
    case 'modelNotFound':
      return l10n.t(
        'The model {0} is not known to the API, or not open to your key. Choose another in the settings.',
        failure.model,
      );
    case 'endpointNotFound':
      return l10n.t(
        'The server does not speak the Messages API. Check the base URL in the settings.',
      );
    case 'requestTooLarge':
      return l10n.t(
        'The images of this conversation are too large together for one request. Start a new conversation with fewer of them.',
      );
    case 'requestInvalid':
      return l10n.t('The API did not accept the request: {0}', failure.message);
    case 'imagesRejected':
      return l10n.t(
        'The API did not accept {0}, which is left out from now on: {1}',
        new Intl.ListFormat(env.language).format(failure.images.map(({ name }) => name)),
        failure.message,
      );
    case 'rateLimited':
      return failure.retryAfterSeconds === undefined
        ? l10n.t('Your rate limit is reached. Wait a moment and try again.')
        : l10n.t(
            'Your rate limit is reached. The API asks to wait {0} seconds; try again then.',
            formatCount(failure.retryAfterSeconds, LOCALE),
          );
    case 'spendLimit':
      return l10n.t('Your spend limit is reached: {0}', failure.message);
    case 'overloaded':
      return l10n.t('Claude is overloaded at the moment. Try again in a moment.');
    case 'serverError':
      return failure.status === undefined
        ? l10n.t('The API had an internal error. Try again.')
        : l10n.t('The API had an internal error (status {0}). Try again.', failure.status);
    case 'unreachable':
      return failure.code === undefined
        ? l10n.t(
            '{0} could not be reached. Check your network and proxy, then try again.',
            failure.host,
          )
        : l10n.t(
            '{0} could not be reached ({1}). Check your network and proxy, then try again.',
            failure.host,
            failure.code,
          );
    case 'timedOut':
      return l10n.t(
        '{0} did not answer in time. Check your network, then try again.',
        failure.host,
      );
    case 'streamCut':
      return l10n.t('The connection was cut in the middle of the answer. Try again.');
    case 'baseUrlInvalid':
      return l10n.t(
        'The base URL in the settings is not an http or https address without a user name.',
      );
    case 'unexpected':
      return l10n.t('Something unexpected went wrong: {0}', failure.detail);
  }
}

function requestActions(failure: RequestFailure): Notice['actions'] {
  switch (failure.kind) {
    case 'keyMissing':
      return ['setApiKey'];
    case 'keyRejected':
      return ['setApiKey', 'retry'];
    case 'modelNotFound':
    case 'endpointNotFound':
    case 'baseUrlInvalid':
      return ['openSettings', 'retry'];
    case 'requestTooLarge':
      return ['newConversation'];
    case 'imagesRejected':
      return ['retry', 'newConversation'];
    case 'requestInvalid':
      return ['newConversation', 'showLog'];
    case 'unexpected':
      return ['retry', 'showLog'];
    default:
      return ['retry'];
  }
}

/** Some of the images that were to be described cannot be sent. */
export function unsentImagesNotice(ready: number, all: number): Notice {
  return {
    severity: 'warning',
    message: l10n.t(
      'Nothing was sent yet: {0} of {1} images can be. Send these, or add others in place of the rest.',
      ready,
      all,
    ),
    actions: [],
  };
}

/** The images would be too much for one request; nothing was sent, and they can still be removed. */
export function imagesTooLargeNotice(largest: string, base64Length: number, limit: number): Notice {
  return {
    severity: 'warning',
    message: l10n.t(
      'Nothing was sent: the images of this conversation come to {0} MB, and {1} MB can be sent. Remove {2}, the largest, or start a new conversation.',
      formatMegabytes(base64Length, LOCALE),
      formatMegabytes(limit, LOCALE),
      largest,
    ),
    actions: ['newConversation'],
  };
}

/** A rejected image of an earlier turn, in the place of its details. */
export function rejectedImageNotice(): Notice {
  return { severity: 'warning', message: l10n.t('left out: refused by the API'), actions: [] };
}

export function tooManyImagesNotice(limit: number): Notice {
  return {
    severity: 'warning',
    message: l10n.t('A conversation takes {0} images; the others were left out.', limit),
    actions: ['newConversation'],
  };
}

/** Why an answer ended early, with the buttons that lead on. */
export function cutoffNotice(cutoff: AnswerCutoff): Notice {
  switch (cutoff.kind) {
    case 'maxTokens':
      return cutoff.anyText
        ? {
            severity: 'warning',
            message: l10n.t(
              'The answer was cut off at {0} tokens, the limit of the settings.',
              formatCount(cutoff.limit, LOCALE),
            ),
            actions: ['continue', 'openSettings'],
          }
        : {
            severity: 'warning',
            message: l10n.t(
              'Thinking used all {0} tokens before the answer began. Raise the limit or lower the effort.',
              formatCount(cutoff.limit, LOCALE),
            ),
            actions: ['openSettings', 'retry'],
          };
    case 'contextWindowExceeded':
      return {
        severity: 'warning',
        message: l10n.t('The conversation is longer than the model can take. Start a new one.'),
        actions: ['newConversation'],
      };
    case 'refused':
      return {
        severity: 'warning',
        message:
          cutoff.explanation === undefined
            ? l10n.t('Claude declined to answer. Word the question differently and send it again.')
            : l10n.t(
                'Claude declined to answer: {0} Word the question differently and send it again.',
                cutoff.explanation,
              ),
        actions: [],
      };
    case 'emptyAnswer':
      return {
        severity: 'warning',
        message: l10n.t('Claude sent an empty answer.'),
        actions: ['retry'],
      };
  }
}
