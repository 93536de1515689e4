import * as l10n from '@vscode/l10n';
import { html, nothing, render } from 'lit';
import type { TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Sight, SightChoice, SightDetail } from '../../core/conversation/sightProtocol.ts';
import { icon } from '../icon.ts';
import type { Panes } from './panes.ts';
import type { Pictures } from './pictures.ts';

/** What the page shows its parts with, and what its controls do. */
export interface SightParts {
  readonly panes: Panes;
  readonly pictures: Pictures;
  readonly choose: (detail: SightDetail) => void;
  readonly attachAgain: () => void;
}

/** The page: two panes, what was done to the picture, and how else it can be sent. */
export class SightPage {
  readonly #parts: SightParts;
  readonly #main = document.createElement('main');
  readonly #status = document.createElement('p');

  constructor(root: HTMLElement, parts: SightParts) {
    this.#parts = parts;
    this.#main.className = 'sight';
    this.#status.className = 'visually-hidden';
    this.#status.setAttribute('role', 'status');
    root.append(this.#main, this.#status);
  }

  /** Says in a live region what a screen reader would miss otherwise. */
  said(text: string): void {
    this.#status.textContent = text;
  }

  /** Says what has become of the image. */
  follow(before: Sight | undefined, sight: Sight): void {
    if (before?.imageId !== sight.imageId || before.state === sight.state) {
      return;
    }
    switch (sight.state) {
      case 'preparing':
        this.said(l10n.t('Preparing...'));
        break;
      case 'ready':
        this.said(l10n.t('Prepared anew: {0}', sight.sent?.facts ?? ''));
        break;
      case 'failed':
      case 'gone':
        this.said(sight.message ?? '');
        break;
    }
  }

  draw(sight: Sight): void {
    const { panes, pictures } = this.#parts;
    // After the panes, whose size tells the zoom.
    const shown = panes.template(sight, pictures);
    render(
      html`<h1 class="visually-hidden">${l10n.t('What Claude sees of {0}', sight.name)}</h1>
        <div class="stage">
          <div class="bar">${panes.toolbar()}</div>
          ${sight.warning === undefined ? nothing : notice('warning', sight.warning)} ${shown}
        </div>
        ${this.#aside(sight)}`,
      this.#main,
    );
    panes.drawn();
  }

  #aside(sight: Sight): TemplateResult {
    const { state, message, sent } = sight;
    return html`<aside class="details" aria-label=${l10n.t('Details')}>
      ${
        message !== undefined && state !== 'preparing'
          ? notice(state === 'ready' ? 'info' : 'error', message)
          : nothing
      }
      ${sight.choices.length === 0 ? nothing : this.#choices(sight)}
      ${
        sight.locked === undefined
          ? nothing
          : html`<button
              type="button"
              class="text-button attach-again"
              @click=${this.#parts.attachAgain}
            >
              ${l10n.t('Attach Again')}
            </button>`
      }
      ${
        sent && sent.notes.length > 0
          ? html`<section>
              <h2>${l10n.t('What was done')}</h2>
              <ul class="notes">
                ${sent.notes.map((note) => html`<li>${note}</li>`)}
              </ul>
            </section>`
          : nothing
      }
    </aside>`;
  }

  #choices(sight: Sight): TemplateResult {
    const { choices, locked } = sight;
    return html`<fieldset class="choices" ?disabled=${locked !== undefined}>
      <legend>${l10n.t('Detail')}</legend>
      ${locked === undefined ? nothing : html`<p class="locked" id="locked">${locked}</p>`}
      ${repeat(
        choices,
        ({ detail }) => detail,
        (choice) => this.#choice(choice, sight),
      )}
    </fieldset>`;
  }

  #choice(
    { detail, label, cost, unavailable }: SightChoice,
    { chosen, locked }: Sight,
  ): TemplateResult {
    return html`<div class="choice">
      <input
        type="radio"
        name="detail"
        id=${`detail-${detail}`}
        aria-describedby=${`cost-${detail}${locked === undefined ? '' : ' locked'}`}
        .checked=${live(detail === chosen)}
        ?disabled=${unavailable !== undefined}
        @change=${() => this.#parts.choose(detail)}
      />
      <label for=${`detail-${detail}`}>${label}</label>
      <span class="cost" id=${`cost-${detail}`}>${unavailable ?? cost}</span>
    </div>`;
  }
}

function notice(severity: 'warning' | 'error' | 'info', text: string): TemplateResult {
  return html`<div class="notice ${severity}">
    ${icon(severity)}
    <div class="notice-body"><p>${text}</p></div>
  </div>`;
}
