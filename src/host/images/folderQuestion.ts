import * as vscode from 'vscode';
import { formatDollars, inputCost } from '../../core/plan/cost.ts';
import { estimateTokens } from '../../core/plan/estimateTokens.ts';
import { plannedImages } from '../../core/plan/imageShare.ts';
import { modelOf } from '../../core/plan/models.ts';
import { LOCALE } from '../wording/imageLabels.ts';
import { Lanes } from './lanes.ts';
import { formatCount } from '../wording/locale.ts';
import { readHeader } from './readHeader.ts';
import { readSettings } from '../settings/settings.ts';

/** What was found in folders, and how much of it there is room for. */
export interface FoundImages {
  /** Names of the folders, as people know them. */
  readonly folders: string;
  /** Those that would be attached. */
  readonly images: readonly vscode.Uri[];
  /** More that there is no room for. */
  readonly leftOut: number;
  /** Whether there are still others than these. */
  readonly more: boolean;
}

/** What so many images cost, from their headers. */
export interface Estimate {
  /** Visual tokens of those that can be read. */
  readonly tokens: number;
  readonly unreadable: number;
}

/** What the user is asked. */
export interface FolderQuestion {
  readonly message: string;
  /** What else is to be known; empty when nothing is. */
  readonly detail: string;
}

/** As many files are open at once. */
const AT_ONCE = 8;

/** The visual tokens of images in a request of their own with the model and detail that are set. */
export async function estimate(images: readonly vscode.Uri[]): Promise<Estimate> {
  const { model, detail } = readSettings();
  const target = { model, detail, imagesInRequest: plannedImages(images.length) };
  const lanes = new Lanes(AT_ONCE);
  const tokens = await Promise.all(
    images.map(async (uri) => {
      const read = await lanes.run(async () => readHeader(uri));
      return read && estimateTokens(read.header, read.byteLength, target);
    }),
  );
  return {
    tokens: tokens.reduce<number>((sum, count) => sum + (count ?? 0), 0),
    unreadable: tokens.filter((count) => count === undefined).length,
  };
}

/** Whether to attach what was found in folders, with what it costs. */
export function folderQuestion(
  { folders, images, leftOut, more }: FoundImages,
  { tokens, unreadable }: Estimate,
): FolderQuestion {
  const { model } = readSettings();
  const dollars = inputCost(tokens, model);
  const { displayName } = modelOf(model);
  const count = formatCount(images.length, LOCALE);
  const about = formatCount(roughly(tokens), LOCALE);
  const { t } = vscode.l10n;
  const message =
    images.length === 1
      ? dollars === undefined
        ? t('1 image in {0}: about {1} visual tokens. Attach it?', folders, about)
        : t(
            '1 image in {0}: about {1} visual tokens, {2} with {3}. Attach it?',
            folders,
            about,
            formatDollars(dollars),
            displayName,
          )
      : dollars === undefined
        ? t('{0} images in {1}: about {2} visual tokens. Attach them?', count, folders, about)
        : t(
            '{0} images in {1}: about {2} visual tokens, {3} with {4}. Attach them?',
            count,
            folders,
            about,
            formatDollars(dollars),
            displayName,
          );
  const details = [
    ...leftOutDetail(leftOut, more),
    ...(unreadable > 0
      ? [
          t(
            'Images that could not be read, and are not counted in the cost: {0}.',
            formatCount(unreadable, LOCALE),
          ),
        ]
      : []),
  ];
  return { message, detail: details.join(' ') };
}

/** What else there is for which there is no room. */
export function leftOutDetail(leftOut: number, more: boolean): readonly string[] {
  const { t } = vscode.l10n;
  const count = formatCount(leftOut, LOCALE);
  if (more) {
    return [t('There are more than {0} others, for which the conversation has no room.', count)];
  }
  return leftOut > 0
    ? [t('There are {0} more, for which the conversation has no room.', count)]
    : [];
}

/** Asks in a dialog. */
export async function confirmInDialog({ message, detail }: FolderQuestion): Promise<boolean> {
  const attach = vscode.l10n.t('Attach');
  const answer = await vscode.window.showInformationMessage(
    message,
    { modal: true, ...(detail !== '' && { detail }) },
    attach,
  );
  return answer === attach;
}

/** To two digits and a half: what is an estimate should look like one. */
function roughly(tokens: number): number {
  const step = 10 ** Math.max(Math.floor(Math.log10(Math.max(tokens, 1))) - 1, 0);
  return Math.round(tokens / step) * step;
}
