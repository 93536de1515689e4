import { ApiFailure, invalid } from './failure.ts';
import { sniff } from './imageHeader.ts';
import { readHeader, type ImageDecoder, type ImageHeader } from './images.ts';
import type { Block, ImageBlock, MessageRequest } from './request.ts';
import { fits, resized, visualTokens } from './visualTokens.ts';

/** An image of a request, as the server measured it. */
export type ReceivedImage = ReceivedInline | ReceivedLink;

interface Received {
  /** Such as `messages.0.content.1`. */
  readonly path: string;
  /** Index of its message. */
  readonly message: number;
  /** The text block before it when that reads `Image N: name`, without surrounding white space. */
  readonly label: string | null;
}

export interface ReceivedInline extends Received, ImageHeader {
  readonly source: 'base64';
  readonly tokens: number;
  /** `#rrggbb`, of the first frame on white. */
  readonly meanColor: string;
}

export interface ReceivedLink extends Received {
  readonly source: 'url';
  /** Never fetched. */
  readonly url: string;
  readonly tokens: 0;
}

// Section 1.1 of the vision page: measured on the base64 text, 10 MB; 8000 px, 2000 px beyond 20 images.
const maxBase64 = 10 * 1024 * 1024;
const maxEdge = 8000;
const maxEdgeOfMany = 2000;
const many = 20;
const maxImages = 600;
const maxImagesOfSmallContext = 100;
const smallContext = 200_000;

interface Place extends Received {
  readonly block: ImageBlock;
}

type Read =
  | { readonly source: 'url'; readonly url: string }
  | { readonly source: 'base64'; readonly header: ImageHeader; readonly bytes: Buffer };

/** Checks every image of a request against the API's limits, in the API's words, and measures it. */
export async function inspectImages(
  request: MessageRequest,
  decoder: ImageDecoder,
): Promise<readonly ReceivedImage[]> {
  const places = placesOf(request);
  const limit = request.model.contextTokens > smallContext ? maxImages : maxImagesOfSmallContext;
  if (places.length > limit) {
    throw invalid(`Too much media: 0 document pages + ${places.length} images > ${limit}`);
  }
  const reads = places.map((place) => ({ ...place, read: readSource(place.block) }));
  checkEdges(reads);
  const images: ReceivedImage[] = [];
  for (const { block, read, ...place } of reads) {
    if (read.source === 'url') {
      images.push({ ...place, ...read, tokens: 0 });
      continue;
    }
    const { header, bytes } = read;
    checkResize(block, header, request);
    const pixels = await decoder.decode(bytes, header);
    if (pixels instanceof Error) throw cannotProcess(pixels);
    const tokens = visualTokens(header, request.model.tier);
    images.push({ ...place, source: 'base64', ...header, ...pixels, tokens });
  }
  return images;
}

function placesOf(request: MessageRequest): readonly Place[] {
  return request.turns.flatMap((turn, message) =>
    turn.blocks.flatMap((block, index) =>
      block.kind === 'image'
        ? [{ path: block.path, message, label: labelBefore(turn.blocks, index), block }]
        : [],
    ),
  );
}

const labelForm = /^Image \d+:/;

/** Whether a text is the label of the image that follows it. */
export function isLabel(text: string): boolean {
  return labelForm.test(text);
}

function labelBefore(blocks: readonly Block[], index: number): string | null {
  const before = blocks[index - 1];
  return before?.kind === 'text' && isLabel(before.text) ? before.text.trim() : null;
}

function readSource(block: ImageBlock): Read {
  const { source } = block;
  if (source.type === 'url') return { source: 'url', url: source.url };
  const path = `${block.path}.image.source.base64`;
  if (source.data === '') throw invalid(`${path}: image cannot be empty`);
  if (source.data.length > maxBase64) {
    throw invalid(
      `${path}: image exceeds 10 MB maximum: ${source.data.length} bytes > ${maxBase64} bytes`,
    );
  }
  const bytes = Buffer.from(source.data, 'base64');
  // Node skips what is not base64: only the way back shows that nothing was skipped.
  if (bytes.toString('base64') !== source.data) throw invalid(`${path}: invalid base64 data`);
  const mediaType = sniff(bytes);
  if (mediaType === undefined) throw cannotProcess();
  if (mediaType !== source.mediaType) {
    throw invalid(
      `${path}: The image was specified using the ${source.mediaType} media type, but the image appears to be a ${mediaType} image`,
    );
  }
  const header = readHeader(bytes, mediaType);
  if (header === undefined) throw cannotProcess();
  return { source: 'base64', header, bytes };
}

function cannotProcess(cause?: Error): Error {
  return new ApiFailure(400, 'invalid_request_error', 'Could not process image', undefined, {
    cause,
  });
}

function checkEdges(reads: readonly (Place & { readonly read: Read })[]): void {
  const pathsOver = (limit: number): readonly string[] =>
    reads.flatMap(({ path, read }) =>
      read.source === 'base64' && Math.max(read.header.width, read.header.height) > limit
        ? [path]
        : [],
    );
  const refuse = (limit: number, wording: string): void => {
    const paths = pathsOver(limit);
    if (paths.length === 0) return;
    throw invalid(
      `${paths[0]}.image.source.base64.data: At least one of the image dimensions exceed max allowed size${wording}: ${limit} pixels`,
      { error_code: 'image_dimensions_too_large', max_side_length_pixels: limit, paths },
    );
  };
  refuse(maxEdge, '');
  if (reads.length > many) refuse(maxEdgeOfMany, ' for many-image requests');
}

function checkResize(block: ImageBlock, header: ImageHeader, request: MessageRequest): void {
  const { tier } = request.model;
  if (!block.refusesResize || fits(header, tier)) return;
  const { width, height } = resized(header, tier);
  throw invalid(
    `${block.path}.image: the image is ${header.width}x${header.height} pixels, the largest size that fits is ${width}x${height}`,
  );
}
