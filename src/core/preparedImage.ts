import type { MediaType } from './mediaType.ts';

/** What was done to an image on its way into the request, to be shown on its chip. */
export type PreparationNote =
  /** Sizes as seen, in pixels, before and after. */
  | {
      readonly kind: 'resized';
      readonly from: readonly [width: number, height: number];
      readonly to: readonly [width: number, height: number];
    }
  | { readonly kind: 'converted'; readonly from: string; readonly to: string }
  | { readonly kind: 'turnedUpright' }
  | { readonly kind: 'metadataRemoved' }
  | { readonly kind: 'firstFrameOnly' }
  | { readonly kind: 'flattenedOnWhite' }
  /** An edge under 200 px is read less reliably (Claude docs, "Vision"). */
  | { readonly kind: 'smallEdge' };

/** An image as it goes into the request, without its bytes: those lie in the blob store. */
export interface PreparedImage {
  /** Lower-case hex SHA-256 of the prepared bytes: their key in the blob store. */
  readonly sha256: string;
  readonly mediaType: MediaType;
  /** Pixels, as sent. */
  readonly width: number;
  readonly height: number;
  /** Bytes as sent, before base64. */
  readonly byteLength: number;
  /** Visual tokens that the model will count for it. */
  readonly tokens: number;
  readonly notes: readonly PreparationNote[];
}

/** A prepared image together with its bytes. */
export interface PreparedImageBytes {
  readonly image: PreparedImage;
  readonly bytes: Uint8Array;
}
