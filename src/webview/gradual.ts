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
    this.#shown = Math.min(items.length, this.#shown + this.#step);
    if (this.#shown < items.length) {
      this.#redraw();
    }
    return items.slice(0, this.#shown);
  }
}
