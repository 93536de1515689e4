import * as vscode from 'vscode';
import type { ClaudeApi } from '../claude/claudeApi.ts';
import type { FilesFailure, RequestFailure } from '../core/failure.ts';
import type { Result } from '../core/result.ts';
import type { ApiKeys } from './apiKeys.ts';
import type { UploadedImage, UploadedImages } from './conversation/uploadedImages.ts';
import { filesConnection, type FilesConnection, type Uploads } from './conversation/uploads.ts';
import { LOCALE } from './wording/imageLabels.ts';
import { formatCount } from './wording/locale.ts';
import { filesFailureMessage, uploadLabels } from './wording/uploadWording.ts';
import { requestFailureMessage } from './wording/wording.ts';

export interface ManageUploadsServices {
  readonly keys: Pick<ApiKeys, 'getOrAsk'>;
  readonly connect: (apiKey: string) => Promise<Result<ClaudeApi, RequestFailure>>;
  readonly uploads: Uploads;
  readonly uploadedImages: UploadedImages;
}

const DONE_MS = 5000;

/** Shows which images of this extension's the server keeps, and deletes those that are chosen. */
export async function manageUploads(services: ManageUploadsServices): Promise<void> {
  const { keys, connect, uploads, uploadedImages } = services;
  const key = await keys.getOrAsk();
  if (key === undefined) {
    return;
  }
  const api = await connect(key);
  if (!api.ok) {
    await vscode.window.showErrorMessage(requestFailureMessage(api.error));
    return;
  }
  const connection = filesConnection(api.value.files, key);
  const chosen = await choose(uploadedImages, connection);
  if (chosen.length > 0 && (await isConfirmed(chosen))) {
    await deleteChosen(chosen, connection, uploads);
  }
}

/** The list is there at once, and fills when the server has answered. */
async function choose(
  uploadedImages: UploadedImages,
  connection: FilesConnection,
): Promise<readonly UploadedImage[]> {
  const stopping = new AbortController();
  const closing = new vscode.CancellationTokenSource();
  const listing = uploadedImages.list(connection, stopping.signal);
  const items = listing.then((images) => {
    if (!images.ok || images.value.length === 0) {
      closing.cancel();
    }
    const shown = images.ok ? images.value : [];
    return shown.map((image) => ({ ...uploadLabels(image, LOCALE), image }));
  });
  const options = {
    title: vscode.l10n.t('Uploaded Images'),
    placeHolder: vscode.l10n.t('Choose the images to delete from the server'),
    canPickMany: true,
    matchOnDetail: true,
  } as const;
  const picked = await vscode.window.showQuickPick(items, options, closing.token);
  stopping.abort();
  closing.dispose();
  const images = await listing;
  if (!picked) {
    await sayWhyNone(images, connection);
  }
  return (picked ?? []).map(({ image }) => image);
}

async function sayWhyNone(
  images: Awaited<ReturnType<UploadedImages['list']>>,
  { files: { baseUrl } }: FilesConnection,
): Promise<void> {
  if (images.ok && images.value.length === 0) {
    const host = URL.parse(baseUrl)?.host ?? baseUrl;
    await vscode.window.showInformationMessage(
      vscode.l10n.t('No image that this extension has uploaded is kept at {0}.', host),
    );
  } else if (!images.ok && images.error.kind !== 'stopped') {
    await vscode.window.showErrorMessage(
      vscode.l10n.t(
        'The uploaded images could not be listed. {0}',
        filesFailureMessage(images.error, LOCALE),
      ),
    );
  }
}

async function isConfirmed(images: readonly UploadedImage[]): Promise<boolean> {
  const remove = vscode.l10n.t('Delete');
  const question =
    images.length === 1
      ? vscode.l10n.t('Delete 1 uploaded image from the server?')
      : vscode.l10n.t(
          'Delete {0} uploaded images from the server?',
          formatCount(images.length, LOCALE),
        );
  const detail = vscode.l10n.t(
    'Your own files stay as they are. A conversation that goes on with an image sends it anew.',
  );
  return (
    (await vscode.window.showWarningMessage(question, { modal: true, detail }, remove)) === remove
  );
}

async function deleteChosen(
  images: readonly UploadedImage[],
  connection: FilesConnection,
  uploads: Uploads,
): Promise<void> {
  const fileIds = images.map(({ fileId }) => fileId);
  const failures = await withProgress(
    vscode.l10n.t('Deleting uploaded images...'),
    async (signal) => uploads.delete(fileIds, connection, signal),
  );
  const [failure] = failures.values();
  if (failure === undefined) {
    const done =
      images.length === 1
        ? vscode.l10n.t('1 uploaded image was deleted.')
        : vscode.l10n.t('{0} uploaded images were deleted.', formatCount(images.length, LOCALE));
    vscode.window.setStatusBarMessage(done, DONE_MS);
    return;
  }
  await vscode.window.showErrorMessage(notDeleted(images, failures, failure));
}

function notDeleted(
  images: readonly UploadedImage[],
  failures: ReadonlyMap<string, FilesFailure>,
  first: FilesFailure,
): string {
  const names = images
    .filter(({ fileId }) => failures.has(fileId))
    .map(({ name, usedAs }) => usedAs ?? name);
  return vscode.l10n.t(
    'Still on the server: {0}. {1}',
    new Intl.ListFormat(LOCALE.language).format(names),
    filesFailureMessage(first, LOCALE),
  );
}

async function withProgress<T>(
  title: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title,
    cancellable: true,
  } as const;
  return vscode.window.withProgress(options, async (_progress, token) => {
    const stopping = new AbortController();
    token.onCancellationRequested(() => stopping.abort());
    return work(stopping.signal);
  });
}
