import { webp } from 'icodec/node';
import decoderFile from 'icodec/webp-dec.wasm';
import { u24le } from '../../core/bytes.ts';
import type { Size } from '../../core/formats/imageHeader.ts';
import { MAX_FILE_PARTS } from '../../core/plan/limits.ts';
import {
  isWebpPicture,
  readRiffChunk,
  readWebpPicture,
  WEBP_CHUNKS_START,
  WEBP_FRAME_HEADER,
} from '../../core/formats/webpHeader.ts';
import type { RiffChunk } from '../../core/formats/webpHeader.ts';
import type { Bitmap } from '../bitmap.ts';
import { DecodeError } from '../decodeError.ts';
import { atTarget } from './atTarget.ts';
import type { DecodeOptions } from './decoder.ts';
import { decodeWithIcodec } from './icodecPicture.ts';

/** A picture on its canvas: what it leaves out is transparent. */
interface Frame extends Size {
  readonly left: number;
  readonly top: number;
  readonly canvas: Size;
  /** `ALPH`, if there is any, and `VP8 ` or `VP8L`. */
  readonly chunks: readonly RiffChunk[];
}

const ALPHA_FLAG = 16;

/**
 * Decodes a WebP, the first frame of an animation on its canvas. The codec takes no animations, so
 * the frame is handed to it as a picture of its own.
 */
export async function decodeWebp(bytes: Uint8Array, options: DecodeOptions): Promise<Bitmap> {
  const frame = findFrame(bytes);
  const picture = await decodeWithIcodec(webp, decoderFile, stillOf(bytes, frame));
  return atTarget(onCanvas(picture, frame), options);
}

function findFrame(bytes: Uint8Array): Frame {
  let canvas: Size | undefined;
  let chunk = readRiffChunk(bytes, WEBP_CHUNKS_START);
  if (chunk?.type === 'VP8X') {
    canvas = edgesAt(bytes, chunk.dataStart + 4);
    chunk = readRiffChunk(bytes, chunk.end);
  }
  for (let count = 0; chunk && !isPartOfPicture(chunk); count += 1) {
    chunk = count < MAX_FILE_PARTS ? readRiffChunk(bytes, chunk.end) : undefined;
  }
  if (chunk?.type === 'ANMF') {
    const at = chunk.dataStart;
    const frame = {
      left: u24le(bytes, at) * 2,
      top: u24le(bytes, at + 3) * 2,
      ...edgesAt(bytes, at + 6),
    };
    const first = readRiffChunk(bytes, at + WEBP_FRAME_HEADER);
    return checked(bytes, {
      ...frame,
      canvas: canvas ?? frame,
      chunks: pictureChunks(bytes, first),
    });
  }
  const chunks = pictureChunks(bytes, chunk);
  const size = sizeOf(bytes, chunks);
  return checked(bytes, { left: 0, top: 0, ...size, canvas: canvas ?? size, chunks });
}

function isPartOfPicture(chunk: RiffChunk): boolean {
  return chunk.type === 'ANMF' || chunk.type === 'ALPH' || isWebpPicture(chunk);
}

function edgesAt(bytes: Uint8Array, at: number): Size {
  return { width: u24le(bytes, at) + 1, height: u24le(bytes, at + 3) + 1 };
}

/** The chunks of one picture, from `first` on. */
function pictureChunks(bytes: Uint8Array, first: RiffChunk | undefined): readonly RiffChunk[] {
  let alpha: RiffChunk | undefined;
  let chunk = first;
  for (let count = 0; chunk && chunk.type !== 'ANMF' && count < MAX_FILE_PARTS; count += 1) {
    if (isWebpPicture(chunk)) {
      return alpha && chunk.type === 'VP8 ' ? [alpha, chunk] : [chunk];
    }
    alpha = chunk.type === 'ALPH' ? chunk : alpha;
    chunk = readRiffChunk(bytes, chunk.end);
  }
  throw new DecodeError('no picture inside', { truncated: true });
}

/** The size by the codec's own header. */
function sizeOf(bytes: Uint8Array, chunks: readonly RiffChunk[]): Size {
  const last = chunks.at(-1);
  const picture = last && readWebpPicture(bytes, last);
  if (!picture) {
    throw new DecodeError('no picture inside', { truncated: !last || last.dataEnd > bytes.length });
  }
  return picture.size;
}

/** The codec allocates what its own header says, so that has to be what the container says. */
function checked(bytes: Uint8Array, frame: Frame): Frame {
  const { width, height, left, top, canvas, chunks } = frame;
  const last = chunks.at(-1);
  if (!last || last.dataEnd > bytes.length) {
    throw new DecodeError('pixel data ends early', { truncated: true });
  }
  const size = sizeOf(bytes, chunks);
  if (size.width !== width || size.height !== height) {
    throw new DecodeError('the picture has not the size of its frame', { truncated: false });
  }
  if (left + width > canvas.width || top + height > canvas.height) {
    throw new DecodeError('the picture reaches out of its canvas', { truncated: false });
  }
  return frame;
}

/** A file of the picture alone, with nothing else that the codec could stumble over. */
function stillOf(bytes: Uint8Array, { width, height, chunks }: Frame): Buffer {
  const extended = Buffer.from('VP8X\x0a\0\0\0\0\0\0\0\0\0\0\0\0\0', 'latin1');
  extended[8] = ALPHA_FLAG;
  extended.writeUIntLE(width - 1, 12, 3);
  extended.writeUIntLE(height - 1, 15, 3);
  const body = Buffer.concat([
    Buffer.from('WEBP', 'latin1'),
    chunks.length > 1 ? extended : new Uint8Array(),
    ...chunks.map((chunk) => padded(bytes.subarray(chunk.start, chunk.dataEnd))),
  ]);
  const head = Buffer.from('RIFF\0\0\0\0', 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}

function padded(chunk: Uint8Array): Uint8Array {
  return chunk.length % 2 === 0 ? chunk : Buffer.concat([chunk, Buffer.of(0)]);
}

function onCanvas(picture: Bitmap, { left, top, canvas }: Frame): Bitmap {
  if (picture.width === canvas.width && picture.height === canvas.height) {
    return picture;
  }
  const { width, height } = canvas;
  const data = Buffer.alloc(width * height * 4);
  const rowBytes = picture.width * 4;
  for (let y = 0; y < picture.height; y += 1) {
    picture.data.copy(data, ((top + y) * width + left) * 4, y * rowBytes, (y + 1) * rowBytes);
  }
  return { data, width, height };
}
