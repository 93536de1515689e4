import type { Detail } from '../../core/plan/plan.ts';
import type { Effort } from '../../core/conversation/request.ts';
import type { SETTINGS } from '../ids.ts';

/** A prompt of the user's own. */
export interface UserPrompt {
  readonly name: string;
  readonly text: string;
}

/** How the bytes of images reach the server: within every request, or kept there and referred to. */
export type Upload = 'inline' | 'files';

export interface Settings {
  readonly model: string;
  readonly effort: Effort;
  readonly detail: Detail;
  readonly maxTokens: number;
  readonly baseUrl: string;
  readonly upload: Upload;
  /** Blank: none. */
  readonly systemPrompt: string;
  /** The name of a language; blank leaves it to Claude. */
  readonly answerLanguage: string;
  readonly prompts: readonly UserPrompt[];
}

export type SettingKey = (typeof SETTINGS)[keyof typeof SETTINGS];

/** What a setting can be, in words that a person could be told. */
export type Expected =
  | { readonly kind: 'text' }
  | { readonly kind: 'modelId' }
  | { readonly kind: 'wholeNumber' }
  | { readonly kind: 'oneOf'; readonly choices: readonly string[] }
  | { readonly kind: 'prompts' };

/** What is wrong with the settings. A value that is wrong gives way to the default, or is left out. */
export type SettingsProblem =
  | { readonly kind: 'wrongValue'; readonly setting: SettingKey; readonly expected: Expected }
  | { readonly kind: 'promptWithoutName' }
  /** Its text is blank, or none. */
  | { readonly kind: 'promptWithoutText'; readonly name: string }
  | { readonly kind: 'tooManyPrompts'; readonly count: number; readonly limit: number };

/** A setting as it was written, and the default to take instead, which stands in the manifest only. */
export interface RawSetting {
  readonly value: unknown;
  readonly fallback: unknown;
}

/** The most prompts that are offered: a list to choose from, not a library. */
export const MAX_PROMPTS = 50;

const EFFORTS: readonly Effort[] = ['low', 'medium', 'high'];
const DETAILS: readonly Detail[] = ['native', 'standard', 'low'];
const UPLOADS: readonly Upload[] = ['inline', 'files'];

/**
 * The settings as they hold, with all that is wrong in what was written. Throws when the manifest has
 * no valid default for a value that is wrong.
 */
export function parseSettings(raw: (key: SettingKey) => RawSetting): {
  readonly settings: Settings;
  readonly problems: readonly SettingsProblem[];
} {
  const problems: SettingsProblem[] = [];
  const read = <T>(setting: SettingKey, expected: Expected, isValid: Check<T>): T => {
    const { value, fallback } = raw(setting);
    if (isValid(value)) {
      return value;
    }
    problems.push({ kind: 'wrongValue', setting, expected });
    if (!isValid(fallback)) {
      throw new Error(`The manifest has no valid default for the setting "${setting}".`);
    }
    return fallback;
  };
  const choice = <T extends string>(setting: SettingKey, choices: readonly T[]): T =>
    read(setting, { kind: 'oneOf', choices }, (value): value is T =>
      choices.some((each) => each === value),
    );
  const settings: Omit<Settings, 'prompts'> = {
    model: read('model', { kind: 'modelId' }, isFilled),
    effort: choice('effort', EFFORTS),
    detail: choice('detail', DETAILS),
    maxTokens: read('maxTokens', { kind: 'wholeNumber' }, isPositiveInteger),
    baseUrl: read('baseUrl', { kind: 'text' }, isString),
    upload: choice('upload', UPLOADS),
    systemPrompt: read('systemPrompt', { kind: 'text' }, isString),
    answerLanguage: read('answerLanguage', { kind: 'text' }, isString),
  };
  const written = Object.entries(read('prompts', { kind: 'prompts' }, isObject));
  const prompts = written.flatMap(([name, text]): readonly UserPrompt[] => {
    const problem = promptProblem(name, text);
    if (problem) {
      problems.push(problem);
    }
    return problem || !isFilled(text) ? [] : [{ name, text }];
  });
  if (prompts.length > MAX_PROMPTS) {
    problems.push({ kind: 'tooManyPrompts', count: prompts.length, limit: MAX_PROMPTS });
  }
  return { settings: { ...settings, prompts: prompts.slice(0, MAX_PROMPTS) }, problems };
}

type Check<T> = (value: unknown) => value is T;

function promptProblem(name: string, text: unknown): SettingsProblem | undefined {
  if (!isFilled(name)) {
    return { kind: 'promptWithoutName' };
  }
  return isFilled(text) ? undefined : { kind: 'promptWithoutText', name };
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isFilled(value: unknown): value is string {
  return isString(value) && value.trim() !== '';
}

function isPositiveInteger(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) > 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
