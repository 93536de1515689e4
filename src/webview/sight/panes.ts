import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { SentPart, Sight } from '../../core/conversation/sightProtocol.ts';
import type { Size } from '../../core/formats/imageHeader.ts';
import { icon, spinner } from '../icon.ts';
import type { Pictures } from './pictures.ts';

/** Parts of the picture as sent: 1 is a pixel for a pixel of the screen. */
const STEPS = [0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 8] as const;

type Zoom = number | 'fit';

/** The original and the picture as sent, at the same magnification and scrolled to the same spot. */
export class Panes {
  readonly #announce: (zoom: string) => void;
  readonly #redraw: () => void;
  #zoom: Zoom = 1;
  /** Of what is shown at 100 %, in pixels of the screen. */
  #size: Size = { width: 1, height: 1 };
  /** The part of the picture that is in the middle, to keep it there when the zoom changes. */
  #middle = { x: 0, y: 0 };
  /** Where a pixel of the original is one of the screen; only where that is not 100 % anyway. */
  #originalZoom: number | undefined;
  #imageId = '';
  /** The zoom that the panes were last drawn at. */
  #drawnAt = 0;

  constructor(announce: (zoom: string) => void, redraw: () => void) {
    this.#announce = announce;
    this.#redraw = redraw;
  }

  /** Zooms by the keys of image viewers; those of the workbench have a modifier. */
  pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    switch (event.key) {
      case '+':
      case '=':
        this.#step(1);
        break;
      case '-':
        this.#step(-1);
        break;
      case '0':
        this.#set(1);
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  toolbar(): TemplateResult {
    const factor = this.#factor();
    const original = this.#originalZoom;
    return html`<div class="zoom" role="toolbar" aria-label=${l10n.t('Zoom')}>
      ${this.#iconButton('zoom-out', l10n.t('Zoom Out (-)'), () => this.#step(-1))}
      <span class="zoom-level">${percent(factor)}</span>
      ${this.#iconButton('zoom-in', l10n.t('Zoom In (+)'), () => this.#step(1))}
      <span class="zoom-presets">
        ${this.#preset(l10n.t('Fit'), 'fit')} ${this.#preset(percent(1), 1)}
        ${this.#preset(percent(2), 2)}
        ${original === undefined ? nothing : this.#preset(l10n.t('Original Size'), original)}
      </span>
    </div>`;
  }

  template(sight: Sight, pictures: Pictures): TemplateResult {
    const { original, sent, state } = sight;
    if (sight.imageId !== this.#imageId) {
      this.#imageId = sight.imageId;
      this.#middle = { x: 0, y: 0 };
    }
    this.#size = sent?.size ?? original.size ?? this.#size;
    const times = original.size && original.size.width / this.#size.width;
    this.#originalZoom = times !== undefined && times > 1.01 ? times : undefined;
    const scale = original.size ? this.#shownWidth() / original.size.width : undefined;
    return html`<div class="panes">
      ${this.#pane({
        name: l10n.t('Original'),
        facts: original.facts,
        shownAt: original.key !== undefined && scale !== undefined ? percent(scale) : '',
        content:
          original.key === undefined
            ? this.#message(
                original.message ?? l10n.t('Reading...'),
                original.message === undefined,
              )
            : this.#canvas(
                l10n.t('{0}, the original', sight.name),
                [{ key: original.key, left: 0, top: 0, width: 1, height: 1 }],
                { width: 1, height: 1 },
                pictures,
                (scale ?? 1) >= 2,
              ),
        ...(original.key !== undefined &&
          original.message !== undefined && { footer: original.message }),
      })}
      ${this.#pane({
        name: l10n.t('As Claude sees it'),
        facts: sent?.facts ?? '',
        shownAt: sent ? percent(this.#factor()) : '',
        content: sent
          ? this.#canvas(
              l10n.t('{0}, as Claude sees it', sight.name),
              sent.parts,
              sent.extent,
              pictures,
              this.#factor() > 1,
            )
          : this.#message(
              state === 'preparing' ? l10n.t('Preparing...') : (sight.message ?? ''),
              state === 'preparing',
            ),
      })}
    </div>`;
  }

  /** After every drawing: only then it is known how large the panes are. */
  drawn(): void {
    const factor = this.#factor();
    if (factor !== this.#drawnAt) {
      const fitting = this.#drawnAt === 0 || this.#zoom === 'fit';
      this.#drawnAt = factor;
      if (fitting) {
        // What fits was worked out from panes that were not there yet.
        this.#redraw();
      }
    }
    for (const pane of panesOnPage()) {
      const { scrollWidth, scrollHeight, clientWidth, clientHeight } = pane;
      scrollTo(
        pane,
        this.#middle.x * scrollWidth - clientWidth / 2,
        this.#middle.y * scrollHeight - clientHeight / 2,
      );
    }
  }

  #pane(pane: {
    readonly name: string;
    readonly facts: string;
    readonly shownAt: string;
    readonly content: TemplateResult;
    readonly footer?: string;
  }): TemplateResult {
    const { name, facts, shownAt, content, footer } = pane;
    return html`<section class="pane" aria-label=${name}>
      <header class="pane-head">
        <h2>${name}</h2>
        ${
          shownAt === ''
            ? nothing
            : html`<span class="shown-at">${l10n.t('Shown at {0}', shownAt)}</span>`
        }
        <p class="facts">${facts}</p>
      </header>
      <div
        class="view"
        role="group"
        tabindex="0"
        aria-label=${l10n.t('{0}, picture', name)}
        @scroll=${({ currentTarget }: Event) => this.#scrolled(currentTarget)}
      >
        ${content}
      </div>
      ${footer === undefined ? nothing : html`<p class="pane-foot">${footer}</p>`}
    </section>`;
  }

  #message(text: string, waiting: boolean): TemplateResult {
    return html`<div class="pane-message">
      ${waiting ? spinner() : icon('circle-slash')}
      <p>${text}</p>
    </div>`;
  }

  #canvas(
    name: string,
    parts: readonly SentPart[],
    extent: Size,
    pictures: Pictures,
    pixels: boolean,
  ): TemplateResult {
    // A pixel of the page is several of a dense screen, or of a window that is enlarged.
    const factor = this.#factor() / devicePixelRatio;
    const [width, height] = [this.#size.width * factor, this.#size.height * factor];
    // By the property and not the attribute, which the security policy forbids.
    return html`<div
      class="canvas ${pixels ? 'pixels' : ''} ${parts.length > 1 ? 'tiled' : ''}"
      role="img"
      aria-label=${name}
      .style=${`width:${width}px;height:${height}px`}
    >
      ${parts.map((part) => {
        const url = pictures.url(part.key);
        const place = [
          `left:${(part.left / extent.width) * 100}%`,
          `top:${(part.top / extent.height) * 100}%`,
          `width:${(part.width / extent.width) * 100}%`,
          `height:${(part.height / extent.height) * 100}%`,
        ].join(';');
        return url === undefined ? nothing : html`<img src=${url} alt="" .style=${place} />`;
      })}
    </div>`;
  }

  #iconButton(name: 'zoom-in' | 'zoom-out', label: string, onClick: () => void): TemplateResult {
    return html`<button
      type="button"
      class="icon-button"
      title=${label}
      aria-label=${label}
      @click=${onClick}
    >
      ${icon(name)}
    </button>`;
  }

  #preset(label: string, zoom: Zoom): TemplateResult {
    return html`<button
      type="button"
      class="preset"
      aria-pressed=${this.#zoom === zoom}
      @click=${() => this.#set(zoom)}
    >
      ${label}
    </button>`;
  }

  #step(direction: 1 | -1): void {
    const factor = this.#factor();
    const next =
      direction > 0
        ? STEPS.find((step) => step > factor + 0.001)
        : STEPS.findLast((step) => step < factor - 0.001);
    if (next !== undefined) {
      this.#set(next);
    }
  }

  #set(zoom: Zoom): void {
    this.#zoom = zoom;
    this.#redraw();
    this.#announce(zoom === 'fit' ? l10n.t('Fit') : percent(zoom));
  }

  /** Nothing is enlarged to fit. */
  #factor(): number {
    if (this.#zoom !== 'fit') {
      return this.#zoom;
    }
    const { width, height } = this.#size;
    const [pane] = panesOnPage();
    return pane
      ? Math.min(
          (pane.clientWidth * devicePixelRatio) / width,
          (pane.clientHeight * devicePixelRatio) / height,
          1,
        )
      : 1;
  }

  #shownWidth(): number {
    return this.#size.width * this.#factor();
  }

  #scrolled(target: EventTarget | null): void {
    if (!(target instanceof HTMLElement)) {
      return;
    }
    const { scrollLeft, scrollTop, scrollWidth, scrollHeight, clientWidth, clientHeight } = target;
    this.#middle = {
      x: (scrollLeft + clientWidth / 2) / scrollWidth,
      y: (scrollTop + clientHeight / 2) / scrollHeight,
    };
    for (const other of panesOnPage()) {
      if (other !== target) {
        scrollTo(other, scrollLeft, scrollTop);
      }
    }
  }
}

function panesOnPage(): readonly HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('.view:has(.canvas)')];
}

/** Not where it is already: each would go on setting the other. */
function scrollTo(pane: HTMLElement, left: number, top: number): void {
  if (Math.abs(pane.scrollLeft - left) > 1 || Math.abs(pane.scrollTop - top) > 1) {
    pane.scrollTo({ left, top, behavior: 'instant' });
  }
}

function percent(part: number): string {
  return new Intl.NumberFormat(document.documentElement.lang || undefined, {
    style: 'percent',
  }).format(part);
}
