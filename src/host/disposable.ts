import type { Disposable as VSCodeDisposable } from 'vscode';

/** A class that owns what it registers, and lets go of it when it is disposed of. */
export abstract class Disposable implements VSCodeDisposable {
  readonly #owned: VSCodeDisposable[] = [];
  #disposed = false;

  /** To be asked after every `await`. */
  protected get isDisposed(): boolean {
    return this.#disposed;
  }

  protected register<T extends VSCodeDisposable>(owned: T): T {
    if (this.#disposed) {
      owned.dispose();
    } else {
      this.#owned.push(owned);
    }
    return owned;
  }

  dispose(): void {
    this.#disposed = true;
    for (const owned of this.#owned.splice(0).toReversed()) {
      owned.dispose();
    }
  }
}
