import * as vscode from 'vscode';
import type { NotOffered, OfferedFile } from '../../core/conversation/protocol.ts';
import { LOCALE } from '../wording/imageLabels.ts';
import { notReadSentences } from '../wording/attachmentWording.ts';
import { formatCount, formatFileSize } from '../wording/locale.ts';
import { confirmInDialog, leftOutDetail, type FolderQuestion } from './folderQuestion.ts';
import { shownName } from './shownName.ts';

/** Files that a page offers, and what is not among them. */
export type Offer = { readonly files: readonly OfferedFile[] } & NotOffered;

/** What is to be attached of an offer. */
export interface Chosen {
  readonly files: readonly OfferedFile[];
  /** Whether the user was asked, and so knows what is not among the files. */
  readonly asked: boolean;
}

/**
 * The files to attach, in their order. Those that were found in dropped folders are asked for first,
 * with their number and size: what they cost only their bytes tell, which have not travelled yet.
 * `free` says how many images there is room for.
 */
export async function chooseOffered(
  offer: Offer,
  free: number,
  confirm: (question: FolderQuestion) => Promise<boolean> = confirmInDialog,
): Promise<Chosen> {
  const { files } = offer;
  const inFolders = files.filter(({ folder }) => folder !== undefined);
  const room = Math.max(free - (files.length - inFolders.length), 0);
  if (inFolders.length === 0 || room === 0) {
    // Without room there is nothing to ask: whoever attaches says that there is none.
    return { files, asked: false };
  }
  const offered = inFolders.slice(0, room);
  const leftOut = inFolders.length - offered.length + (offer.leftOut ?? 0);
  const agreed = await confirm(offerQuestion(offered, { ...offer, leftOut }));
  const taken = new Set(agreed ? offered : []);
  return {
    files: files.filter((file) => file.folder === undefined || taken.has(file)),
    asked: true,
  };
}

function offerQuestion(files: readonly OfferedFile[], notOffered: NotOffered): FolderQuestion {
  const { t } = vscode.l10n;
  const names = new Set(files.map(({ folder = '' }) => shownName(folder)));
  const folders = new Intl.ListFormat(vscode.env.language).format(names);
  const size = formatFileSize(
    files.reduce((sum, { byteLength }) => sum + byteLength, 0),
    LOCALE,
  );
  const message =
    files.length === 1
      ? t('1 image in {0}, {1}. Attach it?', folders, size)
      : t('{0} images in {1}, {2}. Attach them?', formatCount(files.length, LOCALE), folders, size);
  const details = [
    t('What an image costs stands beside it before you send it.'),
    ...leftOutDetail(notOffered.leftOut ?? 0, false),
    ...notReadSentences(notOffered),
  ];
  return { message, detail: details.join(' ') };
}
