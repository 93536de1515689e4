/** Closer to the end than this, in CSS pixels, counts as at the end. */
const NEAR = 24;

/**
 * Keeps a scroller at its end while its content grows, until the user scrolls up, and again once
 * they are back at the end.
 */
export class StickyScroll {
  readonly #scroller: HTMLElement;
  readonly #changed: () => void;
  #following = true;
  #lastTop = 0;
  /** A place to return to as soon as the content is tall enough. */
  #wanted: number | undefined;

  constructor(scroller: HTMLElement, content: HTMLElement, changed: () => void) {
    this.#scroller = scroller;
    this.#changed = changed;
    scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    for (const moved of ['wheel', 'pointerdown', 'keydown']) {
      scroller.addEventListener(moved, () => (this.#wanted = undefined), { passive: true });
    }
    // Observed sizes are delivered after layout: following costs no layout of its own.
    const observer = new ResizeObserver(() => this.#resized());
    observer.observe(scroller);
    observer.observe(content);
  }

  /** Whether the end of the log is in view and will be kept there. */
  get following(): boolean {
    return this.#following;
  }

  get scrollTop(): number {
    return this.#scroller.scrollTop;
  }

  toEnd(): void {
    this.#wanted = undefined;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#setFollowing(true);
  }

  /** Returns to a place of an earlier page, once the content has come. */
  restore(scrollTop: number): void {
    this.#wanted = scrollTop;
    this.#setFollowing(false);
  }

  #resized(): void {
    if (this.#wanted !== undefined) {
      this.#scroller.scrollTop = this.#wanted;
      if (Math.abs(this.#scroller.scrollTop - this.#wanted) <= 1) {
        this.#wanted = undefined;
      }
    } else if (this.#following) {
      this.#scroller.scrollTop = this.#scroller.scrollHeight;
    } else {
      this.#setFollowing(this.#atEnd());
    }
  }

  /** Only upward movement is the user's wish: content that grows leaves the end by itself. */
  #scrolled(): void {
    const { scrollTop } = this.#scroller;
    // On the way back to an earlier place, the content may end before it and grow later.
    const returning = this.#wanted !== undefined;
    if (this.#atEnd() && !returning) {
      this.#setFollowing(true);
    } else if (scrollTop < this.#lastTop) {
      this.#setFollowing(false);
    }
    this.#lastTop = scrollTop;
  }

  #atEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  #setFollowing(following: boolean): void {
    if (this.#following !== following) {
      this.#following = following;
      this.#changed();
    }
  }
}
