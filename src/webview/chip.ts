import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { numberOf } from '../core/conversation/conversation.ts';
import type { AttachedImage, Conversation } from '../core/conversation/conversation.ts';
import { attachmentTotals } from './attachmentTotals.ts';
import type { Gradual } from './gradual.ts';
import { icon, iconButton, spinner } from './icon.ts';
import { menuButton } from './menu.ts';
import type { MenuItem } from './menu.ts';
import { noticeActions } from './notice.ts';
import type { View } from './view.ts';

/** The images that go with the next message, and what they come to together; `growing` their list. */
export function attachedImages(
  conversation: Conversation,
  growing: Gradual,
  view: View,
): TemplateResult | typeof nothing {
  const { attachments } = conversation;
  if (attachments.length === 0) {
    return nothing;
  }
  const totals = attachmentTotals(attachments, view.options.model);
  return html`${totals === '' ? nothing : html`<p class="totals">${totals}</p>`}
    <ul class="chips" aria-label=${l10n.t('Attached images')}>
      ${repeat(
        growing.take(attachments),
        (image) => image.id,
        (image) => {
          const number = imageNumber(conversation, image);
          // Of sixty images that come in, only those that something happened to are drawn again.
          return guard([image, number, image.prepared && view.thumbnails.url(image.prepared)], () =>
            chip(image, number, view),
          );
        },
      )}
    </ul>`;
}

/**
 * How an image will be introduced to Claude, such as `Image 2`. Empty when it will not: the only
 * image of a conversation, or one that cannot be sent.
 */
export function imageNumber(conversation: Conversation, image: AttachedImage): string {
  const { attachments, numbersGiven } = conversation;
  const number = numberOf(conversation, image);
  const labelled = numbersGiven + attachments.filter(({ state }) => state !== 'failed').length > 1;
  return number !== undefined && labelled ? l10n.t('Image {0}', number) : '';
}

function chip(image: AttachedImage, number: string, view: View): TemplateResult {
  return html`<li class="chip ${image.state}">
    ${picture(image, view)}
    <div class="chip-name" title=${image.name}>
      ${number === '' ? nothing : html`<span class="chip-number">${number}</span> `}
      <span>${image.name}</span>
    </div>
    <div class="chip-text">${chipDetails(image, view)}</div>
    <div class="chip-actions">
      ${menuButton({
        icon: 'ellipsis',
        label: l10n.t('More for {0}', image.name),
        items: chipMenu(image, view),
      })}
      ${iconButton({
        icon: 'close',
        label: l10n.t('Remove {0}', image.name),
        onClick: () => view.removeImage(image.id),
      })}
    </div>
  </li>`;
}

function chipMenu({ id, uri, state, prepared }: AttachedImage, view: View): readonly MenuItem[] {
  return [
    { label: l10n.t('Replace...'), icon: 'arrow-swap', run: () => view.replaceImage(id) },
    ...(uri === undefined
      ? []
      : [{ label: l10n.t('Open'), icon: 'go-to-file', run: () => view.openImage(id) } as const]),
    ...(prepared === undefined || state === 'preparing'
      ? []
      : [
          {
            label: l10n.t('What Claude Sees'),
            icon: 'eye',
            run: () => view.showSight(id),
          } as const,
          {
            label: l10n.t('Open as Sent'),
            icon: 'file-media',
            run: () => view.openSentImage(id),
          } as const,
        ]),
  ];
}

function chipDetails(image: AttachedImage, view: View): TemplateResult {
  if (image.state === 'preparing') {
    return html`<div class="chip-details">${l10n.t('Preparing...')}</div>`;
  }
  if (image.notice) {
    return html`<div class="chip-details" role=${image.state === 'failed' ? 'alert' : nothing}>
        ${image.notice.message}
      </div>
      ${noticeActions(image.notice, view)}`;
  }
  return html`<div class="chip-details">${image.labels.details}</div>
    ${image.labels.notes.map((note) => html`<div class="chip-details">${note}</div>`)}`;
}

function picture(image: AttachedImage, view: View): TemplateResult {
  if (image.state === 'preparing') {
    return html`<div class="chip-picture">${spinner()}</div>`;
  }
  if (image.state === 'failed') {
    return html`<div class="chip-picture">${icon('error')}</div>`;
  }
  const label = l10n.t('What Claude sees of {0}', image.name);
  return html`<button
    type="button"
    class="chip-picture"
    title=${label}
    aria-label=${label}
    @click=${() => view.showSight(image.id)}
  >
    ${thumbnail(image, view)}
  </button>`;
}

/** The small picture of an image, or a sign in its place. Its name always stands beside it. */
export function thumbnail(image: AttachedImage, view: View): TemplateResult {
  const url = image.prepared && view.thumbnails.url(image.prepared);
  return url === undefined ? icon('file-media') : html`<img src=${url} alt="" />`;
}
