import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { AttachedImage, UserTurn } from '../core/conversation.ts';
import { thumbnail } from './chip.ts';
import type { View } from './view.ts';

/** What the user sent: pictures first, as Claude gets them, and the text as it was typed. */
export function userTurnTemplate(
  turn: UserTurn,
  view: View,
  options: { readonly numbered: boolean },
): TemplateResult {
  return html`<article class="turn user" aria-label=${l10n.t('You')}>
    ${
      turn.images.length === 0
        ? nothing
        : html`<div class="pictures">
            ${turn.images.map((image) => sentImage(image, view, options.numbered))}
          </div>`
    }
    ${turn.text === '' ? nothing : html`<div class="bubble">${turn.text}</div>`}
  </article>`;
}

function sentImage(image: AttachedImage, view: View, numbered: boolean): TemplateResult {
  const name =
    numbered && image.number !== undefined
      ? l10n.t('Image {0}: {1}', image.number, image.name)
      : image.name;
  const { notes } = image.labels;
  const details = image.notice?.message ?? image.labels.details;
  return html`<button
    type="button"
    class="picture"
    title=${[name, details, ...notes].join('\n')}
    aria-label=${l10n.t('Open {0}', `${name} ${details}`)}
    @click=${() => view.openImage(image.id)}
  >
    <span class="picture-frame">${thumbnail(image, view)}</span>
    <span class="picture-name">${name}</span>
    <span class="picture-details">${details}</span>
  </button>`;
}
