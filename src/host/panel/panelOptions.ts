import * as vscode from 'vscode';
import { formatDollars, inputCost } from '../../core/plan/cost.ts';
import { modelOf } from '../../core/plan/models.ts';
import type { PanelOptions } from '../../core/conversation/protocol.ts';
import { imageTokens } from '../../core/plan/visualTokens.ts';
import type { ApiKeys } from '../apiKeys.ts';
import { Disposable } from '../disposable.ts';
import { LOCALE } from '../wording/imageLabels.ts';
import { SETTINGS_SECTION } from '../ids.ts';
import { OFFERED_MODELS } from '../wording/modelWording.ts';
import { promptChoices } from '../settings/presets.ts';
import { readSettings, settingsProblems } from '../settings/settings.ts';
import { settingsNotice } from '../wording/settingsWording.ts';

/** What a first description is likely to be of. */
const SCREENSHOT = { width: 1920, height: 1080 };

/** What the panel offers beside the conversation, kept up to date with settings and key. */
export class PanelOptionsSource extends Disposable {
  readonly #keys: ApiKeys;
  readonly #changed = this.register(new vscode.EventEmitter<PanelOptions>());
  #hasKey: boolean | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(keys: ApiKeys) {
    super();
    this.#keys = keys;
    this.register(keys.onDidChange(() => this.refresh()));
    this.register(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(SETTINGS_SECTION)) {
          this.#changed.fire(this.current);
        }
      }),
    );
  }

  /** As far as it is known: whether there is a key, only `refresh` finds out. */
  get current(): PanelOptions {
    const { model, prompts } = readSettings();
    return {
      models: modelChoices(model),
      model,
      prompts: promptChoices(prompts),
      hasKey: this.#hasKey,
      costHint: costHint(model),
      problems: settingsProblems().map((problem) => settingsNotice(problem, LOCALE)),
    };
  }

  /** Looks for a key, and tells what is offered then. */
  async refresh(): Promise<void> {
    this.#hasKey = (await this.#keys.get()) !== undefined;
    if (!this.isDisposed) {
      this.#changed.fire(this.current);
    }
  }
}

/** The known models; the one that is set comes first when it is none of them. */
function modelChoices(model: string): PanelOptions['models'] {
  // Whose they are goes without saying in this panel, which may be narrow.
  const known = OFFERED_MODELS.map(({ id, displayName }) => ({
    id,
    label: displayName.replace(/^Claude /, ''),
  }));
  return known.some(({ id }) => id === model) ? known : [{ id: model, label: model }, ...known];
}

function costHint(model: string): string {
  const { displayName } = modelOf(model);
  const dollars = inputCost(imageTokens(SCREENSHOT, modelOf(model)), model);
  return dollars === undefined
    ? vscode.l10n.t('What {0} costs is not known here.', displayName)
    : vscode.l10n.t(
        'To look at a screenshot of 1920x1080 costs about {0} with {1}, and the answer about as much again.',
        formatDollars(dollars),
        displayName,
      );
}
