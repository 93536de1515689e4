import type { LogOutputChannel } from 'vscode';
import type { ClaudeApi } from '../claude/claudeApi.ts';
import type { RequestFailure } from '../core/failure.ts';
import { failed, success, type Result } from '../core/result.ts';
import { logExchange } from './log.ts';
import { normalizeBaseUrl, readSettings } from './settings/settings.ts';

/** What a header can carry. Anything else would be quoted, key and all, by the error of the header. */
const SENDABLE_KEY = /^[\x21-\x7e]+$/;

/** The API for a key at the server of the settings. Loads the SDK when it is first called. */
export async function connect(
  apiKey: string,
  log: LogOutputChannel,
): Promise<Result<ClaudeApi, RequestFailure>> {
  const baseUrl = normalizeBaseUrl(readSettings().baseUrl);
  if (baseUrl === undefined) {
    return failed({ kind: 'baseUrlInvalid' });
  }
  if (!SENDABLE_KEY.test(apiKey)) {
    return failed({ kind: 'keyRejected' });
  }
  const { ClaudeApi } = await import('../claude/claudeApi.ts');
  return success(new ClaudeApi({ apiKey, baseUrl }, (exchange) => logExchange(log, exchange)));
}
