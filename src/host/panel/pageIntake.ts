import type { Uri } from 'vscode';
import type { PageMessage } from '../../core/conversation/protocol.ts';
import { activeImage } from '../images/activeImage.ts';
import { askForUrl } from '../images/askForUrl.ts';
import { freePlaces } from '../images/attachments.ts';
import type { ConversationSession } from '../conversation/conversationSession.ts';
import { noOpenImageNotice, nothingFoundNotice } from '../wording/conversationWording.ts';
import { expandUris } from '../images/expandUris.ts';
import { sourceOfUri } from '../images/imageSource.ts';
import type { PageFiles } from './pageFiles.ts';
import { pickImages } from '../images/pickImages.ts';
import { readSettings } from '../settings/settings.ts';

/** The ways in which a page brings images into a conversation. */
export type IntakeMessage = Extract<
  PageMessage,
  {
    type: 'attach' | 'attachOpenImage' | 'attachUrl' | 'attachUris' | 'offerFiles' | 'nothingFound';
  }
>;

/** Brings images into a conversation as a page asks for it. */
export class PageIntake {
  readonly #files: PageFiles;

  constructor(files: PageFiles) {
    this.#files = files;
  }

  /** Attaches what is meant, or says that there was nothing. Settles when all of it is ready. */
  async attach(session: ConversationSession, message: IntakeMessage): Promise<void> {
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
        await session.attach(this.#files.sources(message.files));
        break;
      case 'nothingFound':
        session.showNotice(nothingFoundNotice(message.reason));
        break;
    }
  }

  /** Puts an image that the user chooses in the place of one. */
  async replace(session: ConversationSession, imageId: string): Promise<void> {
    const [uri] = await pickImages({ many: false });
    if (uri) {
      await session.replaceImage(imageId, sourceOfUri(uri));
    }
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
  const free = freePlaces(session.state, readSettings().model);
  await session.attach(await expandUris(uris, free));
}
