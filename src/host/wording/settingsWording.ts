import type { Notice } from '../../core/conversation/conversation.ts';
import { SETTINGS_SECTION } from '../ids.ts';
import { formatCount, type Locale } from './locale.ts';
import type { SettingsProblem } from '../settings/settingsValues.ts';

/** What is wrong with the settings and what holds instead, for the panel. */
export function settingsNotice(problem: SettingsProblem, locale: Locale): Notice {
  return {
    severity: 'warning',
    message: settingsProblemMessage(problem, locale),
    actions: ['openSettings'],
  };
}

function settingsProblemMessage(problem: SettingsProblem, locale: Locale): string {
  const { l10n } = locale;
  switch (problem.kind) {
    case 'wrongValue':
      return wrongValueMessage(problem, locale);
    case 'promptWithoutName':
      return l10n.t('A prompt in the settings has no name and is not offered. Give it one.');
    case 'promptWithoutText':
      return l10n.t(
        'The prompt "{0}" in the settings has no text and is not offered. Write what to ask Claude.',
        problem.name,
      );
    case 'tooManyPrompts':
      return l10n.t(
        'The settings hold {0} prompts; only the first {1} are offered. Remove some.',
        formatCount(problem.count, locale),
        formatCount(problem.limit, locale),
      );
  }
}

function wrongValueMessage(
  { setting, expected }: Extract<SettingsProblem, { kind: 'wrongValue' }>,
  { l10n, language }: Locale,
): string {
  const name = `${SETTINGS_SECTION}.${setting}`;
  switch (expected.kind) {
    case 'text':
      return l10n.t('The setting {0} is not a text. The default is used instead.', name);
    case 'modelId':
      return l10n.t('The setting {0} is not the id of a model. The default is used instead.', name);
    case 'wholeNumber':
      return l10n.t(
        'The setting {0} is not a whole number above 0. The default is used instead.',
        name,
      );
    case 'oneOf':
      return l10n.t(
        'The setting {0} is none of {1}. The default is used instead.',
        name,
        new Intl.ListFormat(language).format(expected.choices.map((choice) => `"${choice}"`)),
      );
    case 'prompts':
      return l10n.t(
        'The setting {0} is not a list of names with a text each, such as {1}. None of it is offered.',
        name,
        '{ "Colors": "List the main colors." }',
      );
  }
}
