import { Disposable } from './disposable.ts';

/** Makes something when it is first wanted, once, and owns it. */
export class Lazy<T extends { dispose(): void }> extends Disposable {
  readonly #make: () => Promise<T>;
  #made: Promise<T> | undefined;

  constructor(make: () => Promise<T>) {
    super();
    this.#make = make;
  }

  /** Rejects as the making does; whoever wants it after that begins anew. */
  async get(): Promise<T> {
    return (this.#made ??= this.#begin());
  }

  async #begin(): Promise<T> {
    try {
      // Disposes of it at once when this was disposed of meanwhile.
      return this.register(await this.#make());
    } catch (error) {
      this.#made = undefined;
      throw error;
    }
  }
}
