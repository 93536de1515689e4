import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { AttachedImage } from '../core/conversation.ts';
import { icon, iconButton, spinner } from './icon.ts';
import { noticeActions } from './notice.ts';
import type { View } from './view.ts';

/** The images that go with the next message. */
export function attachedImages(
  images: readonly AttachedImage[],
  view: View,
): TemplateResult | typeof nothing {
  if (images.length === 0) {
    return nothing;
  }
  return html`<ul class="chips" aria-label=${l10n.t('Attached images')}>
    ${repeat(
      images,
      (image) => image.id,
      (image) => chip(image, view),
    )}
  </ul>`;
}

function chip(image: AttachedImage, view: View): TemplateResult {
  return html`<li class="chip ${image.state}">
    ${picture(image, view)}
    <div class="chip-name" title=${image.name}>${image.name}</div>
    <div class="chip-text">${chipDetails(image, view)}</div>
    ${iconButton({
      icon: 'close',
      label: l10n.t('Remove {0}', image.name),
      onClick: () => view.removeImage(image.id),
    })}
  </li>`;
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
  return html`<div class="chip-picture">${thumbnail(image, view)}</div>`;
}

/** The small picture of an image, or a sign in its place. Its name always stands beside it. */
export function thumbnail(image: AttachedImage, view: View): TemplateResult {
  const url = image.prepared && view.thumbnails.url(image.prepared);
  return url === undefined ? icon('file-media') : html`<img src=${url} alt="" />`;
}
