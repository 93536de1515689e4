import type { MediaType } from './mediaType.ts';

/** What was done to an image on its way into the request, to be shown on its chip. */
export type PreparationNote =
  /** Sizes as seen, in pixels, before and after. */
  | {
      readonly kind: 'resized';
      readonly from: readonly [width: number, height: number];
      readonly to: readonly [width: number, height: number];
      readonly reason: ResizeReason;
      /** Upload of the file over upload as sent, 2 or more; absent when it shrank by less. */
      readonly timesSmaller?: number;
    }
  | { readonly kind: 'converted'; readonly from: string; readonly to: string }
  | { readonly kind: 'turnedUpright' }
  | { readonly kind: 'metadataRemoved' }
  /** Of an animation, a document of several pages, or an icon of several sizes. */
  | {
      readonly kind: 'onlyOneSent';
      readonly of: 'frames' | 'pages' | 'sizes';
      readonly count: number;
    }
  /** The file is damaged, and part of the picture may be missing. */
  | { readonly kind: 'partlyDamaged' }
  /** An SVG refers to things outside of it, or holds foreign content; neither is drawn. */
  | { readonly kind: 'externalPartsLeftOut' }
  /** A colour profile that the output cannot carry, such as that of a CMYK picture. */
  | { readonly kind: 'colourProfileDropped' }
  /** Small print may be lost; so many tiles, of so many visual tokens together, would keep it. */
  | { readonly kind: 'tilesWouldHelp'; readonly tiles: number; readonly tokens: number }
  /** Written anew because the API refused it as it was. */
  | { readonly kind: 'reencoded' }
  /** An edge under 200 px is read less reliably (Claude docs, "Vision"). */
  | { readonly kind: 'smallEdge' }
  /** The API fetches it from its address itself. */
  | { readonly kind: 'sentByAddress' };

/** Why a picture is sent smaller than it is. */
export type ResizeReason =
  /** Claude would shrink it anyway. */
  | 'tier'
  /** The detail that the user chose. */
  | 'detail'
  /** The API's limit on edges, which is lower with many images in a request. */
  | 'edge'
  /** No quality brought the bytes under the limit. */
  | 'bytes';

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
  /** Where the API fetches it itself; absent when its bytes are sent. */
  readonly url?: string;
  readonly notes: readonly PreparationNote[];
}

/** A prepared image together with its bytes. */
export interface PreparedImageBytes {
  readonly image: PreparedImage;
  readonly bytes: Uint8Array;
}
