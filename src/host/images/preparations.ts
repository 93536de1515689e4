import { base64Share } from '../../core/plan/imageShare.ts';
import { Lanes } from './lanes.ts';

/** An image on its way, which can be called off. */
export interface Preparation {
  readonly imageId: string;
  readonly controller: AbortController;
  /** Bytes of base64 that are promised to it from when it is its turn. */
  promised: number | undefined;
}

/** As many images are read and prepared at once as the preparer has threads. */
const AT_ONCE = 2;

/** The images that are on their way: the order in which they go, and what each may take. */
export class Preparations {
  readonly #underWay = new Map<string, Preparation>();
  readonly #lanes = new Lanes(AT_ONCE);

  /**
   * Registers an image, which gets its part of the request from then on; an earlier preparation of it
   * is called off. All that come together are to be registered before the first of them runs.
   */
  begin(imageId: string): Preparation {
    this.callOff(imageId);
    const preparation = { imageId, controller: new AbortController(), promised: undefined };
    this.#underWay.set(imageId, preparation);
    return preparation;
  }

  /**
   * Does the work when it is its turn, with the bytes of base64 that the image may take when others
   * of the request take `used()` of them. What it makes known counts for those behind it.
   */
  async run(
    preparation: Preparation,
    used: () => number,
    work: (base64Limit: number) => Promise<void>,
  ): Promise<void> {
    await this.#lanes.run(async () => {
      if (preparation.controller.signal.aborted) {
        return;
      }
      const promised = this.#share(used());
      preparation.promised = promised;
      try {
        await work(promised);
      } finally {
        if (this.#underWay.get(preparation.imageId) === preparation) {
          this.#underWay.delete(preparation.imageId);
        }
      }
    });
  }

  callOff(imageId: string): void {
    this.#underWay.get(imageId)?.controller.abort();
    this.#underWay.delete(imageId);
  }

  /** Calls off all but those of some images. */
  callOffAllBut(imageIds: ReadonlySet<string>): void {
    for (const imageId of this.#underWay.keys()) {
      if (!imageIds.has(imageId)) {
        this.callOff(imageId);
      }
    }
  }

  /** What is left of the request, in equal parts for all that are still to come. */
  #share(used: number): number {
    const underWay = [...this.#underWay.values()];
    const promised = underWay.reduce((sum, preparation) => sum + (preparation.promised ?? 0), 0);
    const waiting = underWay.filter((preparation) => preparation.promised === undefined).length;
    return base64Share(used + promised, waiting);
  }
}
