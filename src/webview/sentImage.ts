import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { AttachedImage } from '../core/conversation/conversation.ts';
import { thumbnail } from './chip.ts';
import { icon, spinner } from './icon.ts';
import { menuButton } from './menu.ts';
import type { MenuItem } from './menu.ts';
import { noticeActions } from './notice.ts';
import type { View } from './view.ts';

/** An image in the history: its picture, which opens the original, and what can be done with it. */
export function sentImage(image: AttachedImage, view: View, numbered: boolean): TemplateResult {
  const number = numbered ? image.number : undefined;
  if (image.state === 'removed') {
    return html`<p class="removed-image">
      ${icon('circle-slash')}
      <span>
        ${
          number === undefined
            ? l10n.t('{0} was removed', image.name)
            : l10n.t('Image {0} ({1}) was removed', number, image.name)
        }
      </span>
    </p>`;
  }
  return html`<div class="sent-image ${image.state}">
    ${
      image.state === 'preparing' || image.uri === undefined
        ? html`<div class="picture" title=${image.labels.notes.join('\n') || nothing}>
            ${caption(image, view, number)}
          </div>`
        : openButton(image, view, number)
    }
    ${image.notice ? noticeActions(image.notice, view) : nothing}
    ${menuButton({
      label: l10n.t('More for {0}', image.name),
      icon: 'ellipsis',
      items: menuItems(image, view),
    })}
  </div>`;
}

function openButton(image: AttachedImage, view: View, number: number | undefined): TemplateResult {
  const told = [replaced(image), details(image)].filter((part) => part !== '');
  const name = shownName(image, number);
  return html`<button
    type="button"
    class="picture"
    title=${[name, ...told, ...image.labels.notes].join('\n')}
    aria-label=${l10n.t('Open {0}', [name, ...told].join(' '))}
    @click=${() => view.openImage(image.id)}
  >
    ${caption(image, view, number)}
  </button>`;
}

function caption(image: AttachedImage, view: View, number: number | undefined): TemplateResult {
  const instead = replaced(image);
  return html`<span class="picture-frame">${picture(image, view)}</span>
    <span class="picture-name">${shownName(image, number)}</span>
    ${instead === '' ? nothing : html`<span class="picture-details">${instead}</span>`}
    <span class="picture-details">${details(image)}</span>`;
}

function picture(image: AttachedImage, view: View): TemplateResult {
  switch (image.state) {
    case 'preparing':
      return spinner();
    case 'failed':
      return icon('error');
    case 'ready':
    case 'removed':
      return thumbnail(image, view);
  }
}

function shownName({ name }: AttachedImage, number: number | undefined): string {
  return number === undefined ? name : l10n.t('Image {0}: {1}', number, name);
}

function replaced({ replaces }: AttachedImage): string {
  return replaces === undefined ? '' : l10n.t('Replaces {0}', replaces);
}

function details(image: AttachedImage): string {
  return image.state === 'preparing'
    ? l10n.t('Preparing...')
    : (image.notice?.message ?? image.labels.details);
}

function menuItems(image: AttachedImage, view: View): readonly MenuItem[] {
  const { id } = image;
  const items: MenuItem[] = [];
  if (image.uri !== undefined) {
    items.push({
      label: l10n.t('Open Original'),
      icon: 'go-to-file',
      run: () => view.openImage(id),
    });
  }
  if (image.prepared && image.state !== 'preparing') {
    items.push({
      label: l10n.t('What Claude Sees'),
      icon: 'eye',
      run: () => view.showSight(id),
    });
    items.push({
      label: l10n.t('Open as Sent'),
      icon: 'file-media',
      run: () => view.openSentImage(id),
    });
  }
  return [
    ...items,
    { label: l10n.t('Replace...'), icon: 'arrow-swap', run: () => view.replaceImage(id) },
    {
      label: l10n.t('Remove from Conversation'),
      icon: 'trash',
      run: () => view.removeImage(id),
    },
  ];
}
