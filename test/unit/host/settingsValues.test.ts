import assert from 'node:assert/strict';
import * as l10n from '@vscode/l10n';
import { describe, it } from 'mocha';
import {
  MAX_PROMPTS,
  parseSettings,
  type SettingsProblem,
} from '../../../src/host/settings/settingsValues.ts';
import { settingsNotice } from '../../../src/host/wording/settingsWording.ts';

const DEFAULTS: Readonly<Record<string, unknown>> = {
  model: 'claude-sonnet-5-5',
  effort: 'low',
  detail: 'native',
  maxTokens: 8192,
  baseUrl: 'https://api.anthropic.com',
  upload: 'inline',
  systemPrompt: '',
  answerLanguage: '',
  prompts: {},
};

const parse = (written: Readonly<Record<string, unknown>> = {}) =>
  parseSettings((key) => ({
    value: key in written ? written[key] : DEFAULTS[key],
    fallback: DEFAULTS[key],
  }));

const messages = (problems: readonly SettingsProblem[]): readonly string[] =>
  problems.map((problem) => settingsNotice(problem, { l10n, language: 'en' }).message);

describe('the settings', () => {
  it('are taken as they were written', () => {
    const written = {
      model: 'claude-haiku-5-5',
      effort: 'high',
      detail: 'standard',
      maxTokens: 1000,
      baseUrl: 'http://localhost:8080',
      upload: 'files',
      systemPrompt: 'Be brief.',
      answerLanguage: 'Spanish',
    };
    const { settings, problems } = parse({ ...written, prompts: { Colors: 'Which colors?' } });
    assert.deepEqual(settings, {
      ...written,
      prompts: [{ name: 'Colors', text: 'Which colors?' }],
    });
    assert.deepEqual(problems, []);
  });

  const wrong: readonly (readonly [setting: string, value: unknown, message: string])[] = [
    ['model', 5, 'is not the id of a model'],
    ['model', ' ', 'is not the id of a model'],
    ['effort', 'huge', 'is none of "low", "medium", and "high"'],
    ['detail', true, 'is none of "native", "standard", and "low"'],
    ['maxTokens', 'many', 'is not a whole number above 0'],
    ['maxTokens', 1.5, 'is not a whole number above 0'],
    ['maxTokens', 0, 'is not a whole number above 0'],
    ['baseUrl', null, 'is not a text'],
    ['upload', 'always', 'is none of "inline" and "files"'],
    ['systemPrompt', ['Be brief.'], 'is not a text'],
    ['answerLanguage', {}, 'is not a text'],
  ];
  for (const [setting, value, message] of wrong) {
    it(`give way to the default and say so when ${setting} is ${JSON.stringify(value)}`, () => {
      const { settings, problems } = parse({ [setting]: value });
      assert.deepEqual(settings, parse().settings);
      assert.deepEqual(messages(problems), [
        `The setting visionForClaude.${setting} ${message}. The default is used instead.`,
      ]);
    });
  }

  for (const prompts of ['Colors', ['Which colors?'], null, 3]) {
    it(`offer no prompts and say so when they are ${JSON.stringify(prompts)}`, () => {
      const { settings, problems } = parse({ prompts });
      assert.deepEqual(settings.prompts, []);
      assert.deepEqual(messages(problems), [
        'The setting visionForClaude.prompts is not a list of names with a text each, such as { "Colors": "List the main colors." }. None of it is offered.',
      ]);
    });
  }

  it('leave out a prompt without a name or a text, and keep the others', () => {
    const { settings, problems } = parse({
      prompts: { ' ': 'a', Blank: ' \n', Wrong: 5, Colors: 'Which colors?' },
    });
    assert.deepEqual(settings.prompts, [{ name: 'Colors', text: 'Which colors?' }]);
    assert.deepEqual(messages(problems), [
      'A prompt in the settings has no name and is not offered. Give it one.',
      'The prompt "Blank" in the settings has no text and is not offered. Write what to ask Claude.',
      'The prompt "Wrong" in the settings has no text and is not offered. Write what to ask Claude.',
    ]);
  });

  it('offer no more prompts than a list can show', () => {
    const many = Array.from({ length: MAX_PROMPTS + 1 }, (_, index) => [`Prompt ${index}`, 'x']);
    const { settings, problems } = parse({ prompts: Object.fromEntries(many) });
    assert.equal(settings.prompts.length, MAX_PROMPTS);
    assert.deepEqual(messages(problems), [
      'The settings hold 51 prompts; only the first 50 are offered. Remove some.',
    ]);
  });

  it('report each problem with a way to the settings', () => {
    const { problems } = parse({ model: 1, effort: 2 });
    assert.deepEqual(
      problems.map((problem) => settingsNotice(problem, { l10n, language: 'en' }).actions),
      [['openSettings'], ['openSettings']],
    );
  });

  it('do not go on without a valid default', () => {
    assert.throws(
      () => parseSettings(() => ({ value: undefined, fallback: undefined })),
      /no valid default for the setting "model"/,
    );
  });
});
