import * as vscode from 'vscode';
import { SETTINGS_SECTION } from '../ids.ts';
import { parseSettings, type RawSetting, type Settings } from './settingsValues.ts';
import type { SettingKey, SettingsProblem } from './settingsValues.ts';

export type { Settings } from './settingsValues.ts';

/**
 * The settings as they are now. A value that the manifest's schema would not allow gives way to
 * the default, which stands in the manifest only.
 */
export function readSettings(): Settings {
  return parseSettings(rawSetting).settings;
}

/** What is wrong with the settings as they are now. */
export function settingsProblems(): readonly SettingsProblem[] {
  return parseSettings(rawSetting).problems;
}

/**
 * The address to send to: without a trailing slash and without `/v1`, which the SDK appends.
 * `undefined` when it is no http(s) address, or carries a user name or password.
 */
export function normalizeBaseUrl(baseUrl: string): string | undefined {
  const url = URL.parse(baseUrl.trim());
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    return undefined;
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '').replace(/\/v1$/, '');
}

function rawSetting(key: SettingKey): RawSetting {
  const configuration = vscode.workspace.getConfiguration(SETTINGS_SECTION);
  return { value: configuration.get(key), fallback: configuration.inspect(key)?.defaultValue };
}
