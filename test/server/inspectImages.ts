import { ApiFailure, invalid } from './failure.ts';
import type { FileStore } from './files.ts';
import { sniff } from './imageHeader.ts';
import { readHeader, type ImageDecoder, type ImageHeader } from './images.ts';
import type { Block, ImageBlock, MessageRequest } from './request.ts';
import { fits, resized, visualTokens } from './visualTokens.ts';
import { maxBase64, type Web } from './web.ts';

/** An image of a request, as the server measured it. */
export interface ReceivedImage extends ImageHeader {
  /** Such as `messages.0.content.1`. */
  readonly path: string;
  /** Index of its message. */
  readonly message: number;
  /** The text block before it when that reads `Image N: name`, without surrounding white space. */
  readonly label: string | null;
  readonly source: 'base64' | 'url' | 'file';
  /** Where it was fetched from; absent when its bytes were sent. */
  readonly url?: string;
  /** The id of the file that it was uploaded as before. */
  readonly fileId?: string;
  readonly tokens: number;
  /** `#rrggbb`, of the first frame on white. */
  readonly meanColor: string;
}

// Section 1.1 of the vision page: 8000 px, 2000 px beyond 20 images.
const maxEdge = 8000;
const maxEdgeOfMany = 2000;
const many = 20;
const maxImages = 600;
const maxImagesOfSmallContext = 100;
const smallContext = 200_000;

interface Place extends Pick<ReceivedImage, 'path' | 'message' | 'label'> {
  readonly block: ImageBlock;
}

interface Read {
  readonly header: ImageHeader;
  readonly bytes: Buffer;
}

/** Where images come from that are not in the request itself. */
export interface ImageOrigins {
  readonly web: Web;
  readonly files: FileStore;
}

/**
 * Checks every image of a request against the API's limits, in the API's words, and measures it. Those
 * given by their address are fetched first.
 */
export async function inspectImages(
  request: MessageRequest,
  decoder: ImageDecoder,
  origins: ImageOrigins,
): Promise<readonly ReceivedImage[]> {
  const places = placesOf(request);
  const limit = request.model.contextTokens > smallContext ? maxImages : maxImagesOfSmallContext;
  if (places.length > limit) {
    throw invalid(`Too much media: 0 document pages + ${places.length} images > ${limit}`);
  }
  const reads = await Promise.all(
    places.map(async (place) => ({ ...place, ...(await readSource(place.block, origins)) })),
  );
  checkEdges(reads);
  const images: ReceivedImage[] = [];
  for (const { block, header, bytes, ...place } of reads) {
    checkResize(block, header, request);
    const pixels = await decoder.decode(bytes, header);
    if (pixels instanceof Error) throw cannotProcess(pixels);
    const tokens = visualTokens(header, request.model.tier);
    const { source } = block;
    images.push({ ...place, ...originOf(source), ...header, ...pixels, tokens });
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

function originOf(source: ImageBlock['source']): Pick<ReceivedImage, 'source' | 'url' | 'fileId'> {
  switch (source.type) {
    case 'base64':
      return { source: source.type };
    case 'url':
      return { source: source.type, url: source.url };
    case 'file':
      return { source: source.type, fileId: source.fileId };
  }
}

async function bytesOf(block: ImageBlock, { web, files }: ImageOrigins): Promise<Buffer> {
  const { source } = block;
  switch (source.type) {
    case 'base64':
      return inlineBytes(source.data, sourcePath(block));
    case 'url':
      return web.fetch(source.url, `${sourcePath(block)}.url`);
    case 'file':
      return files.bytesOf(source.fileId, sourcePath(block));
  }
}

async function readSource(block: ImageBlock, origins: ImageOrigins): Promise<Read> {
  const { source } = block;
  const bytes = await bytesOf(block, origins);
  const mediaType = sniff(bytes);
  if (mediaType === undefined) throw cannotProcess();
  if (source.type === 'base64' && mediaType !== source.mediaType) {
    throw invalid(
      `${sourcePath(block)}: The image was specified using the ${source.mediaType} media type, but the image appears to be a ${mediaType} image`,
    );
  }
  const header = readHeader(bytes, mediaType);
  if (header === undefined) throw cannotProcess();
  return { header, bytes };
}

/** Such as `messages.0.content.1.image.source.base64`. */
function sourcePath({ path, source }: ImageBlock): string {
  return `${path}.image.source.${source.type}`;
}

function inlineBytes(data: string, path: string): Buffer {
  if (data === '') throw invalid(`${path}: image cannot be empty`);
  if (data.length > maxBase64) {
    throw invalid(
      `${path}: image exceeds 10 MB maximum: ${data.length} bytes > ${maxBase64} bytes`,
    );
  }
  const bytes = Buffer.from(data, 'base64');
  // Node skips what is not base64: only the way back shows that nothing was skipped.
  if (bytes.toString('base64') !== data) throw invalid(`${path}: invalid base64 data`);
  return bytes;
}

function cannotProcess(cause?: Error): Error {
  return new ApiFailure(400, 'invalid_request_error', 'Could not process image', undefined, {
    cause,
  });
}

function checkEdges(reads: readonly (Place & Read)[]): void {
  const refuse = (limit: number, wording: string): void => {
    const over = reads.filter(({ header }) => Math.max(header.width, header.height) > limit);
    const [first] = over;
    if (first === undefined) return;
    const data = { base64: 'data', url: 'url', file: 'file_id' }[first.block.source.type];
    throw invalid(
      `${sourcePath(first.block)}.${data}: At least one of the image dimensions exceed max allowed size${wording}: ${limit} pixels`,
      {
        error_code: 'image_dimensions_too_large',
        max_side_length_pixels: limit,
        paths: over.map(({ path }) => path),
      },
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
