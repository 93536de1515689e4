import * as l10n from '@vscode/l10n';
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { ScheduledRetry } from '../core/conversation/conversation.ts';

const SECOND_MS = 1000;

/** The time that is left until something is tried again, each second anew. */
export function countdown(retry: ScheduledRetry): TemplateResult {
  return html`<vision-countdown class="countdown" role="timer" .retry=${retry}></vision-countdown>`;
}

/** Whole seconds left, never more than there were: the clock of the host may be another. */
export function secondsLeft({ at, seconds }: ScheduledRetry): number {
  const left = Math.ceil((at - Date.now()) / SECOND_MS);
  return Math.max(0, Math.min(left, Math.ceil(seconds)));
}

export function retryText(seconds: number): string {
  return seconds === 0 ? l10n.t('Trying again now') : l10n.t('Trying again in {0} s', seconds);
}

/** `<vision-countdown>`: counts by the page's own clock from when it was given its retry. */
class CountdownElement extends HTMLElement {
  #end = 0;
  #at: number | undefined;
  #timer: number | undefined;

  set retry(retry: ScheduledRetry) {
    if (retry.at !== this.#at) {
      this.#at = retry.at;
      this.#end = performance.now() + secondsLeft(retry) * SECOND_MS;
      this.#tick();
    }
  }

  connectedCallback(): void {
    this.#tick();
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
  }

  #tick(): void {
    clearTimeout(this.#timer);
    const left = Math.max(0, this.#end - performance.now());
    this.textContent = retryText(Math.ceil(left / SECOND_MS));
    if (left > 0 && this.isConnected) {
      // Just past the next whole second, so that it is never shown twice.
      this.#timer = window.setTimeout(() => this.#tick(), (left % SECOND_MS) + 1);
    }
  }
}

customElements.define('vision-countdown', CountdownElement);
