import * as vscode from 'vscode';
import type { Notice } from '../../core/conversation/conversation.ts';
import { Disposable } from '../disposable.ts';

/** A page that messages come from, and that gets back those which could not go. */
export interface MessageBox {
  /** Whether it will not come back, so that another page may have what is meant for it. */
  readonly isGone: boolean;
}

/** Something for the page that a message came from; for any page where none is named. */
export interface Held {
  /** The text that could not go; absent where the page is to send what stands in its box by now. */
  readonly text?: string;
  readonly box: MessageBox | undefined;
}

/** A message that could not go: its text, until a page has it, and whether it waits for a key. */
export class HeldMessage extends Disposable {
  readonly #changed = this.register(new vscode.EventEmitter<void>());
  #message: Held | undefined;
  #sending: Held | undefined;
  /** The one whose message goes once there is a key. */
  #waiting: Held | undefined;
  #keyNotice: Notice | undefined;

  /** There may be something to take. */
  readonly onDidHold = this.#changed.event;

  /** Keeps a text. `untilKey`: it goes, as it is changed until then, once there is a key. */
  hold(text: string, box: MessageBox | undefined, { untilKey = false } = {}): void {
    this.#message = { text, box };
    this.#waiting = untilKey ? { box } : undefined;
    this.#changed.fire();
  }

  /** The notice says that there is no key: it holds until one is set. */
  keyIsMissing(notice: Notice): void {
    this.#keyNotice = notice;
  }

  isAboutKey(notice: Notice): boolean {
    return this.#keyNotice === notice;
  }

  /** Whether a message goes now that there is a key; `goOn` tells whether it may. */
  keyWasSet(goOn: boolean): boolean {
    const waiting = this.#waiting;
    this.#keyNotice = undefined;
    this.#waiting = undefined;
    if (!waiting || !goOn) {
      return false;
    }
    this.#sending = waiting;
    this.#changed.fire();
    return true;
  }

  /** A message has gone: none waits any more. */
  sent(): void {
    this.#sending = undefined;
    this.#waiting = undefined;
  }

  /** What is held for a page, each once: the text first. What is for any page is its own from now on. */
  take(box: MessageBox): Held | undefined {
    if (this.#message && isFor(this.#message, box)) {
      const held = { ...this.#message, box };
      this.#message = undefined;
      this.#waiting &&= { box };
      return held;
    }
    if (this.#sending && isFor(this.#sending, box)) {
      this.#sending = undefined;
      return { box };
    }
    return undefined;
  }

  /** Takes back what has not arrived, unless there is something newer. */
  putBack(held: Held): void {
    if (held.text === undefined) {
      this.#sending ??= held;
    } else {
      this.#message ??= held;
    }
  }
}

function isFor({ box: wanted }: Held, box: MessageBox): boolean {
  return wanted === undefined || wanted === box || wanted.isGone;
}
