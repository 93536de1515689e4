/** About one frame of the page: more often would be work that nobody sees. */
const FLUSH_INTERVAL_MS = 16;

/** Gathers pieces of a stream, hands over the first one at once and the others once a frame. */
export class TextBuffer {
  readonly #onText: (text: string) => void;
  #pending = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(onText: (text: string) => void) {
    this.#onText = onText;
  }

  push(text: string): void {
    this.#pending += text;
    if (this.#timer === undefined) {
      this.#handOver();
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#handOver();
      }, FLUSH_INTERVAL_MS);
    }
  }

  /** Hands over what is left. Nothing is handed over later. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#handOver();
  }

  #handOver(): void {
    const text = this.#pending;
    this.#pending = '';
    if (text !== '') {
      this.#onText(text);
    }
  }
}
