import type { AssistantTurn, Conversation } from '../core/conversation/conversation.ts';
import * as l10n from '@vscode/l10n';
import { waitingText } from './answerTurn.ts';
import { retryText, secondsLeft } from './countdown.ts';
import { nextUtterance } from './sentences.ts';

/** Utterances kept in the live region; older ones were read or skipped long ago. */
const KEPT = 12;

/**
 * Reads answers to screen readers in whole sentences, through a live region of its own. The log
 * itself stays silent: it would be read in fragments, or twice.
 */
export class Announcer {
  readonly #region: HTMLElement;
  #turnId: string | undefined;
  /** Status and retry of that answer, as last told. */
  #state: string | undefined;
  #readTo = 0;

  constructor(region: HTMLElement) {
    this.#region = region;
  }

  say(text: string): void {
    if (text === '') {
      return;
    }
    const line = document.createElement('p');
    line.textContent = text;
    this.#region.append(line);
    while (this.#region.childElementCount > KEPT) {
      this.#region.firstElementChild?.remove();
    }
  }

  /** Takes a conversation that was there before the page: what it holds is not read. */
  begin(conversation: Conversation): void {
    const turn = lastAnswer(conversation);
    this.#turnId = turn?.id;
    this.#state = turn && stateOf(turn);
    this.#readTo = turn?.text.length ?? 0;
  }

  /** Reads what is new in the last answer. */
  follow(conversation: Conversation): void {
    const turn = lastAnswer(conversation);
    if (!turn) {
      return;
    }
    if (turn.id !== this.#turnId || turn.text.length < this.#readTo) {
      this.#turnId = turn.id;
      this.#state = undefined;
      this.#readTo = 0;
    }
    const ended = turn.status !== 'waiting' && turn.status !== 'streaming';
    const { text, end } = nextUtterance(turn.text, this.#readTo, ended);
    this.#readTo = end;
    this.say(text);
    const state = stateOf(turn);
    if (state !== this.#state) {
      this.#state = state;
      this.say(statusText(turn, conversation));
    }
  }
}

function lastAnswer(conversation: Conversation): AssistantTurn | undefined {
  const turn = conversation.turns.at(-1);
  return turn?.role === 'assistant' ? turn : undefined;
}

function stateOf({ status, retry }: AssistantTurn): string {
  return retry ? `${status} ${retry.at}` : status;
}

function statusText(turn: AssistantTurn, conversation: Conversation): string {
  switch (turn.status) {
    case 'waiting':
      // The time that is left is said once, and not with every second.
      return turn.retry
        ? [noticeText(turn), retryText(secondsLeft(turn.retry))].join(' ').trim()
        : waitingText(conversation);
    case 'stopped':
      return l10n.t('Stopped');
    // The text speaks for itself, and a notice is read on its own.
    case 'streaming':
    case 'complete':
    case 'cutOff':
    case 'failed':
    case 'refused':
      return noticeText(turn);
  }
}

/** A notice that no alarm reads already. */
function noticeText({ notice }: AssistantTurn): string {
  return notice && notice.severity !== 'error' ? notice.message : '';
}
