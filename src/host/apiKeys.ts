import * as vscode from 'vscode';
import type { RequestFailure } from '../core/failure.ts';
import type { Result } from '../core/result.ts';
import { Disposable } from './disposable.ts';
import { logUnexpected } from './log.ts';
import { requestFailureMessage } from './wording/wording.ts';

const SECRET = 'visionForClaude.apiKey';

/** Asks the server whether it takes a key. */
export type KeyCheck = (key: string, signal: AbortSignal) => Promise<Result<void, RequestFailure>>;

/** The API key: kept in VS Code's secret storage, with `ANTHROPIC_API_KEY` as the fallback. */
export class ApiKeys extends Disposable {
  readonly #secrets: vscode.SecretStorage;
  readonly #changed = this.register(new vscode.EventEmitter<void>());
  readonly #check: KeyCheck;
  readonly #log: vscode.LogOutputChannel;

  /** A key was stored or removed, in this window or in another. */
  readonly onDidChange = this.#changed.event;

  constructor(secrets: vscode.SecretStorage, check: KeyCheck, log: vscode.LogOutputChannel) {
    super();
    this.register(
      secrets.onDidChange(({ key }) => {
        if (key === SECRET) {
          this.#changed.fire();
        }
      }),
    );
    this.#log = log;
    this.#secrets = secrets;
    this.#check = check;
  }

  async get(): Promise<string | undefined> {
    return (await this.#stored()) || process.env['ANTHROPIC_API_KEY']?.trim() || undefined;
  }

  /** Forgets the stored key. Tells whether another one, of the environment, is left. */
  async remove(): Promise<{ readonly environmentKeyLeft: boolean }> {
    await this.#secrets.delete(SECRET);
    return { environmentKeyLeft: Boolean(process.env['ANTHROPIC_API_KEY']) };
  }

  /** The key, asked for when there is none. `undefined` when the user declines. */
  async getOrAsk(): Promise<string | undefined> {
    return (await this.get()) ?? (await this.ask());
  }

  async #stored(): Promise<string | undefined> {
    try {
      return await this.#secrets.get(SECRET);
    } catch (error) {
      // A Linux without a keyring has none; the environment may still have a key.
      logUnexpected(this.#log, 'Secret storage not readable', error);
      return undefined;
    }
  }

  /**
   * Asks for a key, checks it with the server and keeps it. A key that the server refuses is not
   * kept; one that could not be checked is kept when the user confirms it once more.
   */
  async ask(): Promise<string | undefined> {
    const input = vscode.window.createInputBox();
    const closed = new AbortController();
    input.title = vscode.l10n.t('Claude API Key');
    input.prompt = vscode.l10n.t(
      'Create one at platform.claude.com. It is kept in the secret storage of VS Code and sent to no one but the API.',
    );
    input.placeholder = 'sk-ant-...';
    input.password = true;
    input.ignoreFocusOut = true;
    let uncheckedKey: string | undefined;
    return new Promise<string | undefined>((resolve) => {
      input.onDidChangeValue(() => {
        input.validationMessage = undefined;
        uncheckedKey = undefined;
      });
      input.onDidHide(() => {
        closed.abort();
        input.dispose();
        resolve(undefined);
      });
      input.onDidAccept(async () => {
        const key = input.value.trim();
        if (key === '' || input.busy) {
          return;
        }
        setBusy(input, true);
        try {
          const check = key === uncheckedKey ? undefined : await this.#check(key, closed.signal);
          if (closed.signal.aborted) {
            return;
          }
          if (check && !check.ok) {
            uncheckedKey = check.error.kind === 'keyRejected' ? undefined : key;
            input.validationMessage = validation(check.error);
            return;
          }
          await this.#secrets.store(SECRET, key);
          resolve(key);
          input.hide();
        } catch (error) {
          logUnexpected(this.#log, 'API key not kept', error);
          input.validationMessage = vscode.l10n.t(
            'The key could not be kept in the secret storage. Set ANTHROPIC_API_KEY in the environment instead.',
          );
        } finally {
          setBusy(input, false);
        }
      });
      input.show();
    });
  }
}

function setBusy(input: vscode.InputBox, busy: boolean): void {
  input.busy = busy;
  input.enabled = !busy;
}

function validation(failure: RequestFailure): vscode.InputBoxValidationMessage {
  if (failure.kind === 'keyRejected') {
    return {
      severity: vscode.InputBoxValidationSeverity.Error,
      message: vscode.l10n.t(
        'The API does not accept this key. Check that it was copied whole and is still active.',
      ),
    };
  }
  return {
    severity: vscode.InputBoxValidationSeverity.Warning,
    message: vscode.l10n.t(
      'The key could not be checked. {0} Press Enter again to keep it unchecked.',
      requestFailureMessage(failure),
    ),
  };
}
