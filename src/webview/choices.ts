import * as l10n from '@vscode/l10n';
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { PanelOptions } from '../core/conversation/protocol.ts';
import { icon } from './icon.ts';

/** The prompts to choose from. It never keeps a choice: a prompt is there to be put into the box. */
export function promptChoice(
  { prompts }: PanelOptions,
  choose: (text: string) => void,
): TemplateResult {
  return choice({
    label: l10n.t('Prompt'),
    tooltip: l10n.t('Prompt'),
    value: '',
    options: [
      html`<option value="" hidden .selected=${live(true)}>${l10n.t('Prompt')}</option>`,
      ...prompts.map(({ id, label }) => html`<option value=${id}>${label}</option>`),
    ],
    choose: (id) => {
      const prompt = prompts.find((one) => one.id === id);
      if (prompt) {
        choose(prompt.text);
      }
    },
  });
}

/** The models to choose from. It keeps showing the one that is set until the host sets another. */
export function modelChoice(
  { models, model }: PanelOptions,
  choose: (model: string) => void,
): TemplateResult {
  return choice({
    label: l10n.t('Model'),
    // Where it is narrow, its name does not fit.
    tooltip: l10n.t('Model: {0}', models.find(({ id }) => id === model)?.label ?? model),
    value: model,
    options: models.map(
      ({ id, label }) =>
        html`<option value=${id} .selected=${live(id === model)}>${label}</option>`,
    ),
    choose,
  });
}

function choice(parts: {
  readonly label: string;
  readonly tooltip: string;
  /** What it shows, whatever is chosen. */
  readonly value: string;
  readonly options: readonly TemplateResult[];
  readonly choose: (value: string) => void;
}): TemplateResult {
  const { label, tooltip, value, options, choose } = parts;
  return html`<span class="choice">
    <select
      aria-label=${label}
      title=${tooltip}
      @keydown=${openInstead}
      @change=${({ currentTarget }: Event) => {
        if (currentTarget instanceof HTMLSelectElement) {
          const chosen = currentTarget.value;
          currentTarget.value = value;
          choose(chosen);
        }
      }}
    >
      ${options}
    </select>
    ${icon('chevron-down')}
  </span>`;
}

/**
 * Opens the list for a key that would otherwise choose another entry at once: each of them acts,
 * and those behind the first could not be reached by arrow keys.
 */
function openInstead(event: KeyboardEvent): void {
  const { currentTarget: select, key, ctrlKey, altKey, metaKey } = event;
  const chooses =
    /^(?:Arrow|Page|Home$|End$)/.test(key) ||
    (key.length === 1 && key !== ' ' && !ctrlKey && !altKey && !metaKey);
  if (select instanceof HTMLSelectElement && chooses && !select.matches(':open')) {
    event.preventDefault();
    select.showPicker();
  }
}
