import * as vscode from 'vscode';
import type { Effort } from '../core/request.ts';
import { SETTINGS, SETTINGS_SECTION } from './ids.ts';

export interface Settings {
  readonly model: string;
  readonly effort: Effort;
  readonly maxTokens: number;
  readonly baseUrl: string;
}

/**
 * The settings as they are now. A value that the manifest's schema would not allow gives way to
 * the default, which stands in the manifest only.
 */
export function readSettings(): Settings {
  return {
    model: read(SETTINGS.model, isModelId),
    effort: read(SETTINGS.effort, isEffort),
    maxTokens: read(SETTINGS.maxTokens, isPositiveInteger),
    baseUrl: read(SETTINGS.baseUrl, isString),
  };
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

function read<T>(key: string, isValid: (value: unknown) => value is T): T {
  const configuration = vscode.workspace.getConfiguration(SETTINGS_SECTION);
  const value = configuration.get(key);
  if (isValid(value)) {
    return value;
  }
  const fallback = configuration.inspect(key)?.defaultValue;
  if (!isValid(fallback)) {
    throw new Error(`The manifest has no valid default for ${SETTINGS_SECTION}.${key}.`);
  }
  return fallback;
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isModelId(value: unknown): value is string {
  return isString(value) && value.trim() !== '';
}

function isEffort(value: unknown): value is Effort {
  return value === 'low' || value === 'medium' || value === 'high';
}

function isPositiveInteger(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) > 0;
}
