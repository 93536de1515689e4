/** Lets a list grow by so many items a frame, so that no frame has to draw a hundred of them. */
export class Gradual {
  readonly #step: number;
  readonly #redraw: () => void;
  #shown = 0;

  /** `redraw` asks for another frame. */
  constructor(step: number, redraw: () => void) {
    this.#step = step;
    this.#redraw = redraw;
  }

  /** The first of the items, to be drawn in this frame: all that were drawn before, and some more. */
  take<Item>(items: readonly Item[]): readonly Item[] {
    return items.slice(0, this.#grow(items.length));
  }

  /** The same of a list that is drawn from its end. */
  takeLast<Item>(items: readonly Item[]): readonly Item[] {
    return items.slice(items.length - this.#grow(items.length));
  }

  /** Begins another list, which `atOnce` is drawn whole in the first frame. */
  restart(atOnce: boolean): void {
    this.#shown = atOnce ? Infinity : 0;
  }

  #grow(length: number): number {
    this.#shown = Math.min(length, this.#shown + this.#step);
    if (this.#shown < length) {
      this.#redraw();
    }
    return this.#shown;
  }
}
