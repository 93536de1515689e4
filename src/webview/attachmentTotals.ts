import * as l10n from '@vscode/l10n';
import type { AttachedImage } from '../core/conversation/conversation.ts';
import { imageTokenSum } from '../core/conversation/pictures.ts';
import { formatDollars, imageCost } from '../core/plan/cost.ts';

/**
 * What two or more attached images come to, such as `3 images · 4,812 tokens · $0.0096`, without
 * dollars for a model of unknown price. Empty for fewer. Those that cannot be sent do not count, and
 * those that are being prepared have no tokens yet.
 */
export function attachmentTotals(images: readonly AttachedImage[], model: string): string {
  const sendable = images.filter(({ state }) => state !== 'failed');
  if (sendable.length < 2) {
    return '';
  }
  const prepared = sendable.filter(({ state }) => state === 'ready');
  const count = l10n.t('{0} images', formatCount(sendable.length));
  if (prepared.length < sendable.length) {
    const left = formatCount(sendable.length - prepared.length);
    return [count, l10n.t('{0} being prepared', left)].join(' · ');
  }
  const tokens = sendable.reduce((sum, image) => sum + imageTokenSum(image), 0);
  const dollars = imageCost(tokens, model);
  return [
    count,
    l10n.t('{0} tokens', formatCount(tokens)),
    ...(dollars === undefined ? [] : [formatDollars(dollars)]),
  ].join(' · ');
}

/** In the language of VS Code, which is that of the page's document. */
function formatCount(count: number): string {
  return new Intl.NumberFormat(document.documentElement.lang || undefined).format(count);
}
