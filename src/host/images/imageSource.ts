import * as vscode from 'vscode';
import type { ImageFailure } from '../../core/failure.ts';
import type { PreparationNote } from '../../core/plan/preparedImage.ts';
import type { ImageTarget } from '../../core/plan/plan.ts';
import { success, type Result } from '../../core/result.ts';
import { fileName, readImage } from './intake.ts';
import { fetchImage, lastingAddress, type FetchOptions } from './remoteImage.ts';

/** The bytes of an image, and where it came from. */
export interface SourceBytes {
  readonly bytes: Uint8Array;
  /** Where the original lies from now on, to open it and to read it again. */
  readonly uri?: string;
  /** The address from which the API may fetch it itself, with every later request too. */
  readonly url?: string;
  /** What had been done to these bytes before, where they are of an earlier preparation. */
  readonly earlierNotes?: readonly PreparationNote[];
  /** The tiles that an earlier preparation has made beside them. */
  readonly earlierTiles?: readonly SourceBytes[];
}

/** How an image is prepared where that is not as the settings say. */
export type Recipe = Pick<ImageTarget, 'detail' | 'maxEdge' | 'reencode'>;

/** Something that gives the bytes of an image when it is its turn. */
export interface ImageSource {
  /** File name, as shown and as introduced to Claude. */
  readonly name: string;
  /** Where the original lies, as a URI string; absent while only its bytes are known. */
  readonly uri?: string;
  readonly recipe?: Recipe;
  /** Rejects only with the signal's reason, or for a fault that is not the image's. */
  readonly read: (signal: AbortSignal) => Promise<Result<SourceBytes, ImageFailure>>;
}

/** Turns a URI string into a source; a test's own may fetch from the machine itself. */
export type SourceOf = (uri: string) => ImageSource;

/**
 * The image at a URI: an `http:` or `https:` address is fetched, every other scheme read through
 * `workspace.fs`. An address is best given as a string, since `Uri` decodes and encodes it, and what
 * comes out may be another address.
 *
 * @throws {Error} for a string that is no URI.
 */
export function sourceOfUri(uri: vscode.Uri | string, options: FetchOptions = {}): ImageSource {
  if (typeof uri === 'string') {
    return isAddress(uri)
      ? sourceOfAddress(uri, options)
      : sourceOfFile(vscode.Uri.parse(uri, true));
  }
  return uri.scheme === 'http' || uri.scheme === 'https'
    ? sourceOfAddress(uri.toString(true), options)
    : sourceOfFile(uri);
}

/** Whether a URI string is one that is fetched. */
export function isAddress(uri: string): boolean {
  return /^https?:/i.test(uri);
}

function sourceOfFile(uri: vscode.Uri): ImageSource {
  return {
    name: fileName(uri),
    uri: uri.toString(),
    read: async () => {
      const read = await readImage(uri);
      return read.ok ? success({ bytes: read.value, uri: uri.toString() }) : read;
    },
  };
}

function sourceOfAddress(address: string, options: FetchOptions): ImageSource {
  return {
    name: nameOfAddress(address),
    uri: address,
    read: async (signal) => {
      const fetched = await fetchImage(address, signal, options);
      if (!fetched.ok) {
        return fetched;
      }
      const url = lastingAddress(fetched.value);
      return success({
        bytes: fetched.value.bytes,
        uri: address,
        ...(url !== undefined && { url }),
      });
    },
  };
}

/** The same image, to be sent as bytes whatever its address is. */
export function withoutAddress(source: ImageSource): ImageSource {
  return {
    ...source,
    read: async (signal) => {
      const read = await source.read(signal);
      if (!read.ok) {
        return read;
      }
      const { url: _, ...bytes } = read.value;
      return success(bytes);
    },
  };
}

/** The last part of the path, else the host: an image at `https://a.example/` has no file name. */
function nameOfAddress(address: string): string {
  const url = URL.parse(address);
  if (!url) {
    return address;
  }
  const last = url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
  return decode(last) || url.host;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) {
      return text;
    }
    throw error;
  }
}
