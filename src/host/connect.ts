import type { LogOutputChannel } from 'vscode';
import type { ClaudeApi } from '../claude/claudeApi.ts';
import type { RequestFailure } from '../core/failure.ts';
import { failed, success, type Result } from '../core/result.ts';
import { logExchange } from './log.ts';
import { normalizeBaseUrl, readSettings } from './settings.ts';

/** The API for a key at the server of the settings. Loads the SDK when it is first called. */
export async function connect(
  apiKey: string,
  log: LogOutputChannel,
): Promise<Result<ClaudeApi, RequestFailure>> {
  const configured = readSettings().baseUrl;
  const baseUrl = normalizeBaseUrl(configured);
  if (baseUrl === undefined) {
    return failed({ kind: 'baseUrlInvalid', baseUrl: configured });
  }
  const { ClaudeApi } = await import('../claude/claudeApi.ts');
  return success(new ClaudeApi({ apiKey, baseUrl }, (exchange) => logExchange(log, exchange)));
}
