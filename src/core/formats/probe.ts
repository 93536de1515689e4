import { probeBmp } from './bmpHeader.ts';
import type { ImageFailure } from '../failure.ts';
import { FORMAT_NAMES, IDENTIFY_BYTES, identifyFormat } from './formats.ts';
import type { ReadableFormat } from './formats.ts';
import { probeGif } from './gifHeader.ts';
import { probeHeif } from './heifHeader.ts';
import { probeCur, probeIco } from './icoHeader.ts';
import { needMoreBytes, probeFailed } from './imageHeader.ts';
import type { ImageHeader, ProbeResult } from './imageHeader.ts';
import { probeJpeg } from './jpegHeader.ts';
import { probePng } from './pngHeader.ts';
import { failed, success } from '../result.ts';
import type { Result } from '../result.ts';
import { probeSvg } from './svgHeader.ts';
import { probeTiff } from './tiffHeader.ts';
import { probeWebp } from './webpHeader.ts';

/** As many first bytes of a file hold the header of nearly every one: the first read's length. */
export const PROBE_BYTES = 65_536;

const READERS: Readonly<Record<ReadableFormat, (bytes: Uint8Array) => ProbeResult>> = {
  png: probePng,
  jpeg: probeJpeg,
  gif: probeGif,
  webp: probeWebp,
  bmp: probeBmp,
  tiff: probeTiff,
  ico: probeIco,
  cur: probeCur,
  avif: probeHeif,
  heic: probeHeif,
  svg: probeSvg,
};

/** Reads the header of a whole file. Never decodes and never throws, whatever the bytes. */
export function probeWhole(bytes: Uint8Array): Result<ImageHeader, ImageFailure> {
  if (bytes.length === 0) {
    return failed({ kind: 'fileEmpty' });
  }
  const identity = identifyFormat(bytes);
  switch (identity.kind) {
    case 'readable':
      return fromWhole(READERS[identity.format](bytes), identity.format);
    case 'unreadable':
      return failed({ kind: 'formatUnsupported', format: identity.name });
    case 'notAnImage':
      return failed(identity);
  }
}

/**
 * Reads a header from the first bytes of a file of `fileLength` bytes. Asks for more bytes only
 * where the file has them: as many as the header needs, or twice those that were given, so that
 * even a damaged file takes few reads.
 */
export function probe(bytes: Uint8Array, fileLength: number): ProbeResult {
  if (bytes.length < fileLength) {
    const identity = identifyFormat(bytes);
    if (identity.kind === 'readable') {
      const result = READERS[identity.format](bytes);
      return result.kind === 'needMoreBytes'
        ? needMoreBytes(Math.min(Math.max(result.atLeast, bytes.length * 2), fileLength))
        : result;
    }
    // Fewer bytes may hide what it is, as that of a film from which the brand AVIF is cut off.
    if (bytes.length < IDENTIFY_BYTES) {
      return needMoreBytes(Math.min(IDENTIFY_BYTES, fileLength));
    }
  }
  const whole = probeWhole(bytes);
  return whole.ok ? { kind: 'header', header: whole.value } : probeFailed(whole.error);
}

/** A header that reaches past the end of the file is that of a truncated image. */
function fromWhole(result: ProbeResult, format: ReadableFormat): Result<ImageHeader, ImageFailure> {
  switch (result.kind) {
    case 'header':
      return success(result.header);
    case 'needMoreBytes':
      return failed({ kind: 'imageTruncated', format: FORMAT_NAMES[format] });
    case 'failed':
      return failed(result.failure);
  }
}
