import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import * as l10n from '@vscode/l10n';
import { base64Length } from '../../src/core/bytes.ts';
import { imageCost } from '../../src/core/plan/cost.ts';
import type { ImageFailure } from '../../src/core/failure.ts';
import { FORMAT_NAMES, isKeepable } from '../../src/core/formats/formats.ts';
import type { ImageHeader } from '../../src/core/formats/imageHeader.ts';
import type { MediaType } from '../../src/core/plan/mediaType.ts';
import { planImage } from '../../src/core/plan/plan.ts';
import type { ImageTarget } from '../../src/core/plan/plan.ts';
import type { PreparedImageBytes } from '../../src/core/plan/preparedImage.ts';
import { probeWhole } from '../../src/core/formats/probe.ts';
import { success } from '../../src/core/result.ts';
import type { Result } from '../../src/core/result.ts';
import { stripMetadata } from '../../src/core/formats/strip.ts';
import type { OfferedTile } from '../../src/core/plan/tiles.ts';
import { imageFailureMessage, noteSentence } from '../../src/host/wording/imageWording.ts';
import type { Locale } from '../../src/host/wording/locale.ts';
import type { ImagePreparer } from '../../src/imaging/prepareImage.ts';
import { outputFile } from './outputNames.ts';
import { readImageFile } from './readImageFile.ts';

/** What is done with a file: bytes kept, only metadata taken out, re-encoded, or that and tiles. */
export type Action = 'keep' | 'strip' | 'transcode' | 'tiles';

/** A picture as it goes into a request. */
interface SentPicture {
  readonly mediaType: MediaType;
  readonly sentWidth: number;
  readonly sentHeight: number;
  readonly bytes: number;
  readonly base64Bytes: number;
  readonly tokens: number;
  /** Dollars; null when the model's price is not known. */
  readonly costUsd: number | null;
}

interface SentTile extends SentPicture {
  /** Pixels of the picture as seen. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly sha256: string;
}

interface TilesPart {
  readonly tiles: readonly SentTile[];
  readonly tilesTokens: number;
  readonly tilesCostUsd: number | null;
}

export interface PreparedRow extends SentPicture, Partial<TilesPart> {
  readonly file: string;
  readonly format: string;
  /** As seen, after the orientation is applied. */
  readonly width: number;
  readonly height: number;
  readonly orientation: number;
  /** Frames, pages or sizes; null when they cannot be counted. */
  readonly frames: number | null;
  readonly action: Action;
  readonly notes: readonly string[];
  readonly sha256: string;
}

export interface ErrorRow {
  readonly file: string;
  readonly error: { readonly kind: string; readonly message: string };
}

export type Row = PreparedRow | ErrorRow;

/** Where the prepared bytes are written. */
export interface Output {
  readonly folder: string;
  readonly name: string;
}

export interface Inspection {
  /** As the user wrote it. */
  readonly file: string;
  readonly path: string;
  readonly target: ImageTarget;
  readonly preparer: Pick<ImagePreparer, 'prepare' | 'prepareTiles'>;
  readonly output?: Output;
}

/** Prepares a file and tells what came of it. Whatever goes wrong is a row too; never rejects. */
export async function inspectFile(inspection: Inspection): Promise<Row> {
  const { file, path } = inspection;
  try {
    const row = await preparedRow(inspection);
    return row.ok ? row.value : errorRow(file, row.error.kind, failureText(path, row.error));
  } catch (error) {
    return errorRow(file, 'unexpected', error instanceof Error ? error.message : String(error));
  }
}

async function preparedRow(inspection: Inspection): Promise<Result<Row, ImageFailure>> {
  const { file, path, target, preparer, output } = inspection;
  const read = await readImageFile(path);
  if (!read.ok) {
    return read;
  }
  const prepared = await preparer.prepare(read.value, target, NEVER);
  if (!prepared.ok) {
    return prepared;
  }
  const probed = probeWhole(read.value);
  if (!probed.ok) {
    return probed;
  }
  const header = probed.value;
  const chosen = chosenAction(header, read.value, prepared.value.bytes, target);
  const tiles = chosen.tiles && (await preparer.prepareTiles(read.value, target, NEVER));
  if (tiles?.ok === false) {
    return tiles;
  }
  const unwritten = output && (await write(output, prepared.value, tiles?.value ?? []));
  if (unwritten !== undefined) {
    return success(errorRow(file, 'outputNotWritten', unwritten));
  }
  const { image } = prepared.value;
  return success({
    file,
    format: header.format,
    width: header.size.width,
    height: header.size.height,
    orientation: header.orientation,
    frames: header.frames ?? null,
    action: chosen.action,
    ...sentPicture(prepared.value, target.model),
    notes: image.notes.map((note) => noteSentence(note, FORMAT_NAMES[header.format], ENGLISH)),
    sha256: image.sha256,
    ...(tiles && chosen.tiles && tilesPart(chosen.tiles, tiles.value, target.model)),
  });
}

/** Without a bundle of translations. */
const ENGLISH: Locale = { l10n, language: 'en' };

/** Files are few and short-lived here: nothing stops the preparation of one. */
const NEVER = new AbortController().signal;

interface ChosenAction {
  readonly action: Action;
  readonly tiles?: readonly OfferedTile[];
}

/** Follows the plan, which is made for the bytes that are left without metadata. */
function chosenAction(
  header: ImageHeader,
  bytes: Uint8Array,
  prepared: Uint8Array,
  target: ImageTarget,
): ChosenAction {
  const stripped = isKeepable(header.format)
    ? stripMetadata(bytes, header.format, crc32)
    : success({ bytes });
  const plan = planImage(header, (stripped.ok ? stripped.value.bytes : bytes).length, target);
  if (plan.kind === 'keep') {
    return { action: Buffer.compare(bytes, prepared) === 0 ? 'keep' : 'strip' };
  }
  return plan.kind === 'transcode' && plan.tiles
    ? { action: 'tiles', tiles: plan.tiles.tiles }
    : { action: 'transcode' };
}

function sentPicture({ image }: PreparedImageBytes, model: string): SentPicture {
  return {
    mediaType: image.mediaType,
    sentWidth: image.width,
    sentHeight: image.height,
    bytes: image.byteLength,
    base64Bytes: base64Length(image.byteLength),
    tokens: image.tokens,
    costUsd: costOf(image.tokens, model),
  };
}

function tilesPart(
  offered: readonly OfferedTile[],
  prepared: readonly PreparedImageBytes[],
  model: string,
): TilesPart {
  const tiles = prepared.map((each, index): SentTile => {
    const { left = 0, top = 0, width = 0, height = 0 } = offered[index] ?? {};
    const { sha256 } = each.image;
    return { left, top, width, height, ...sentPicture(each, model), sha256 };
  });
  const tilesTokens = tiles.reduce((sum, { tokens }) => sum + tokens, 0);
  return { tiles, tilesTokens, tilesCostUsd: costOf(tilesTokens, model) };
}

/** Dollars to nine places, which tell single tokens apart and hide the rounding of fractions. */
function costOf(tokens: number, model: string): number | null {
  const dollars = imageCost(tokens, model);
  return dollars === undefined ? null : Number(dollars.toFixed(9));
}

function failureText(path: string, failure: ImageFailure): string {
  return failure.kind === 'fileNotFound'
    ? `There is no file ${path}.`
    : imageFailureMessage(basename(path), failure, ENGLISH);
}

/** Writes the whole picture and its tiles; tells why that could not be done. */
async function write(
  { folder, name }: Output,
  whole: PreparedImageBytes,
  tiles: readonly PreparedImageBytes[],
): Promise<string | undefined> {
  try {
    await writeFile(outputFile(folder, name, whole.image.mediaType), whole.bytes);
    for (const [index, tile] of tiles.entries()) {
      await writeFile(outputFile(folder, name, tile.image.mediaType, index + 1), tile.bytes);
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function errorRow(file: string, kind: string, message: string): ErrorRow {
  return { file, error: { kind, message } };
}
