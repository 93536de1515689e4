import type { Size } from '../formats/imageHeader.ts';
import { SMALL_EDGE } from './limits.ts';

/** Height of ordinary small print on a screen, in pixels of the letter: text of 12 px. */
export const SMALL_PRINT = 12;

/** Height under which letters run together, in pixels of the letter. */
const LEGIBLE = 6;

/** What becomes of small print when a picture is sent smaller. */
export interface Legibility {
  /** Of the picture as sent, as a part of the original: 1 or less. */
  readonly scale: number;
  /** Pixels that text of `SMALL_PRINT` has as sent. */
  readonly smallPrint: number;
  /** Whether text of `SMALL_PRINT` is likely to be lost. */
  readonly lost: boolean;
}

/** Judges by the sizes only, in pixels: whether there is any text, nobody has looked. */
export function legibilityOf(original: Size, sent: Size): Legibility {
  const scale = Math.min(
    Math.max(sent.width, sent.height) / Math.max(original.width, original.height),
    1,
  );
  const smallPrint = SMALL_PRINT * scale;
  const lost = smallPrint < LEGIBLE && Math.min(original.width, original.height) >= SMALL_EDGE;
  return { scale, smallPrint, lost };
}
