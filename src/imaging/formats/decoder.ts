import type { Size } from '../../core/formats/imageHeader.ts';
import type { Tile } from '../../core/plan/tiles.ts';
import type { Bitmap } from '../bitmap.ts';

/** Options of every decoder, handed through jimp. */
export interface DecodeOptions {
  /** The size that is wanted, as stored, before orientation; the picture's own when absent. */
  readonly target?: Size;
  /** What is to be seen of the stored picture, by its header; all of it when absent. */
  readonly aperture?: Tile;
  /** Called when the file is damaged and part of the picture may be missing. */
  readonly onPartlyDamaged?: () => void;
  /** Called when a drawing refers to things outside of its file, which are not drawn. */
  readonly onExternalParts?: () => void;
}

/**
 * Turns a whole file into pixels at the size that is wanted. Throws a `DecodeError` for what cannot
 * be decoded; anything else that is thrown ends the thread.
 */
export type Decoder = (bytes: Uint8Array, options: DecodeOptions) => Bitmap | Promise<Bitmap>;
