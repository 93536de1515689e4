import type { Uri } from 'vscode';
import type { NotOffered, PageMessage } from '../../core/conversation/protocol.ts';
import { activeImage } from '../images/activeImage.ts';
import { askForUrl } from '../images/askForUrl.ts';
import { freePlaces } from '../images/imagePlaces.ts';
import type { ConversationSession } from '../conversation/conversationSession.ts';
import { notReadNotice } from '../wording/attachmentWording.ts';
import { noOpenImageNotice, nothingFoundNotice } from '../wording/conversationWording.ts';
import { expandFor } from '../images/expandFor.ts';
import type { FolderQuestion } from '../images/folderQuestion.ts';
import { sourceOfUri } from '../images/imageSource.ts';
import { chooseOffered, type Offer } from '../images/offeredImages.ts';
import type { PageFiles } from './pageFiles.ts';
import { pickImages } from '../images/pickImages.ts';
import { readSettings } from '../settings/settings.ts';

/** The ways in which a page brings images into a conversation. */
type IntakeMessage = Extract<
  PageMessage,
  {
    type: 'attach' | 'attachOpenImage' | 'attachUrl' | 'attachUris' | 'offerFiles' | 'nothingFound';
  }
>;

/**
 * Attaches what a page means, or says that there was nothing; `files` are those of the page. Settles
 * when all of it is ready.
 */
export async function attachFrom(
  session: ConversationSession,
  message: IntakeMessage,
  files: PageFiles,
): Promise<void> {
  switch (message.type) {
    case 'attach':
      await attachAll(session, await pickImages());
      break;
    case 'attachOpenImage':
      await attachOpenImage(session);
      break;
    case 'attachUrl': {
      const address = await askForUrl();
      await attachAll(session, address ? [address] : []);
      break;
    }
    case 'attachUris':
      await attachDropped(session, message.uris);
      break;
    case 'offerFiles':
      await attachOffered(session, message, files);
      break;
    case 'nothingFound':
      session.showNotice(nothingFoundNotice(message.reason));
      break;
  }
}

/** Attaches files of the page, those out of dropped folders when the user agrees. */
export async function attachOffered(
  session: ConversationSession,
  offer: Offer,
  files: PageFiles,
  confirm?: (question: FolderQuestion) => Promise<boolean>,
): Promise<void> {
  const free = freePlaces(session.state, readSettings().model);
  const chosen = await chooseOffered(offer, free, confirm);
  // What the user was told when asked is not said again.
  const { leftOut, ...notRead }: NotOffered = chosen.asked ? {} : offer;
  const attached = session.attach(files.sources(chosen.files), leftOut);
  const notice = notReadNotice(notRead);
  if (notice) {
    session.showNotice(notice);
  }
  await attached;
}

/** Puts an image that the user chooses in the place of one. */
export async function replaceByPicked(
  session: ConversationSession,
  imageId: string,
): Promise<void> {
  const [uri] = await pickImages({ many: false });
  if (uri) {
    await session.replaceImage(imageId, sourceOfUri(uri));
  }
}

async function attachAll(
  session: ConversationSession,
  uris: readonly (Uri | string)[],
): Promise<void> {
  await session.attach(uris.map((uri) => sourceOfUri(uri)));
}

async function attachOpenImage(session: ConversationSession): Promise<void> {
  const image = activeImage();
  if (image) {
    await attachAll(session, [image]);
  } else {
    session.showNotice(noOpenImageNotice());
  }
}

/** Attaches what was dropped, folders too when the user agrees. */
async function attachDropped(session: ConversationSession, uris: readonly string[]): Promise<void> {
  if (uris.length === 0) {
    session.showNotice(nothingFoundNotice('dropHadNoImage'));
    return;
  }
  await session.attach(await expandFor(session.state, uris));
}
