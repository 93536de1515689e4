import { l10n } from 'vscode';
import type { Notice } from '../../core/conversation/conversation.ts';
import type { AnswerCutoff, ImageFailure, RequestFailure } from '../../core/failure.ts';
import { LOCALE } from './imageLabels.ts';
import { imageFailureMessage } from './imageWording.ts';
import { excessMessage } from './excessWording.ts';
import { listNames } from './listNames.ts';
import { formatCount } from './locale.ts';
import { MOST_RETRIES, type PassingFailure } from '../conversation/retries.ts';

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
        'The model {0} is not known to the API, or not open to your key. It may have been retired. Choose another, then try again.',
        failure.model,
      );
    case 'endpointNotFound':
      return l10n.t(
        'The server does not speak the Messages API. Check the base URL in the settings.',
      );
    case 'requestTooLarge':
    case 'tooManyImages':
    case 'promptTooLong':
      return excessMessage(failure);
    case 'requestInvalid':
      return l10n.t('The API did not accept the request: {0}', failure.message);
    case 'filesGone':
      return l10n.t(
        'The server no longer has images that were uploaded to it. Try again: they are sent anew.',
      );
    case 'imagesRejected':
      return l10n.t(
        'The API did not accept {0}, which is left out from now on: {1}',
        listNames(failure.images),
        failure.message,
      );
    case 'someImageRejected':
      return failure.images.length === 1
        ? l10n.t(
            'The API did not accept an image, which must be {0}; it is left out from now on: {1}',
            listNames(failure.images),
            failure.message,
          )
        : l10n.t(
            'The API did not accept one of these images, without saying which: {0}. They are left out from now on: {1}',
            listNames(failure.images),
            failure.message,
          );
    case 'rateLimited':
      return failure.retryAfterSeconds === undefined
        ? l10n.t('Your rate limit is reached. Wait a moment and try again.')
        : l10n.t(
            'Your rate limit is reached. The API asks to wait {0} seconds; try again then.',
            formatCount(Math.ceil(failure.retryAfterSeconds), LOCALE),
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
      return ['setApiKey', 'getApiKey'];
    case 'keyRejected':
      return ['setApiKey', 'getApiKey', 'retry'];
    case 'permissionDenied':
      return ['setApiKey', 'retry'];
    case 'modelNotFound':
      return ['selectModel', 'retry'];
    case 'endpointNotFound':
    case 'baseUrlInvalid':
      return ['openSettings', 'retry'];
    case 'requestTooLarge':
    case 'tooManyImages':
    case 'promptTooLong':
      return ['editQuestion', 'newConversation'];
    case 'imagesRejected':
    case 'someImageRejected':
      return ['removeAndRetry', 'goOnWithout'];
    case 'requestInvalid':
      return ['editQuestion', 'retry', 'newConversation', 'showLog'];
    case 'unexpected':
      return ['retry', 'showLog'];
    default:
      return ['retry'];
  }
}

/** Why an answer is still to come, and that it is asked for again by itself. */
export function retryNotice(failure: PassingFailure, retry: number): Notice {
  return {
    severity: 'warning',
    message: l10n.t(
      '{0} Retry {1} of {2} follows by itself.',
      passing(failure),
      retry,
      MOST_RETRIES,
    ),
    actions: ['retry', 'stop'],
  };
}

function passing(failure: PassingFailure): string {
  switch (failure.kind) {
    case 'overloaded':
      return l10n.t('Claude is overloaded at the moment.');
    case 'rateLimited':
      return l10n.t('Your rate limit is reached.');
    case 'serverError':
      return failure.status === undefined
        ? l10n.t('The API had an internal error.')
        : l10n.t('The API had an internal error (status {0}).', failure.status);
  }
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
        message: l10n.t(
          'The answer was cut off: the conversation is as long as the model can take.',
        ),
        actions: ['editQuestion', 'newConversation'],
      };
    case 'refused':
      return {
        severity: 'warning',
        message:
          cutoff.explanation === undefined
            ? l10n.t('Claude declined to answer. Edit your question to word it differently.')
            : l10n.t(
                'Claude declined to answer: {0} Edit your question to word it differently.',
                cutoff.explanation,
              ),
        actions: [],
      };
    case 'emptyAnswer':
      return {
        severity: 'warning',
        message: l10n.t('Claude sent an empty answer. Try again, or ask in other words.'),
        actions: ['retry'],
      };
  }
}
