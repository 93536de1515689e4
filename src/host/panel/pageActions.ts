import * as vscode from 'vscode';
import { allImages, type AttachedImage } from '../../core/conversation/conversation.ts';
import { conversationMarkdown } from '../../core/conversation/conversationMarkdown.ts';
import type { HostMessage, PageMessage } from '../../core/conversation/protocol.ts';
import { insertAtCursor, openAsNewFile } from './codeActions.ts';
import type { ConversationSession } from '../conversation/conversationSession.ts';
import { conversationTexts } from '../wording/conversationTexts.ts';
import { Disposable } from '../disposable.ts';
import { actOnNotice } from './noticeActions.ts';
import { openAsSent, openOriginal } from './openImage.ts';
import { PageFiles } from './pageFiles.ts';
import { PageIntake } from './pageIntake.ts';
import type { PageServices } from './pageServices.ts';
import { selectModel } from '../settings/selectModel.ts';

/** Does what a page asks for, in the current conversation and with its images only. */
export class PageActions extends Disposable {
  readonly #services: PageServices;
  readonly #post: (message: HostMessage) => void;
  readonly #files: PageFiles;
  readonly #intake: PageIntake;

  constructor(services: PageServices, post: (message: HostMessage) => void) {
    super();
    this.#services = services;
    this.#post = post;
    this.#files = this.register(new PageFiles(post, services.temporary));
    this.#intake = new PageIntake(this.#files);
  }

  /** Settles when it is done; for what gets an answer, when the answer has come to its end. */
  async act(message: Exclude<PageMessage, { type: 'ready' }>): Promise<void> {
    const session = this.#services.conversations.current;
    switch (message.type) {
      case 'send':
        await session.send(message.text);
        break;
      case 'stop':
        session.stop();
        break;
      case 'editMessage':
        await session.edit(message.turnId, message.text);
        break;
      case 'deleteExchange':
        await session.deleteExchange(message.turnId);
        break;
      case 'attach':
      case 'attachOpenImage':
      case 'attachUrl':
      case 'attachUris':
      case 'offerFiles':
      case 'nothingFound':
        await this.#intake.attach(session, message);
        break;
      case 'file':
        this.#files.receive(message.fileId, message.bytes);
        break;
      case 'fileFailed':
        this.#files.fail(message.fileId);
        break;
      case 'removeImage':
        session.removeImage(message.imageId);
        break;
      case 'replaceImage':
        await this.#intake.replace(session, message.imageId);
        break;
      case 'openImage':
        await this.#withImage(session, message.imageId, openOriginal);
        break;
      case 'openSentImage':
        await this.#withImage(session, message.imageId, (image) =>
          openAsSent(image, this.#services.blobs, this.#services.temporary),
        );
        break;
      case 'needBlob':
        this.#sendBlob(session, message.sha256);
        break;
      case 'setModel':
        await selectModel(message.model);
        break;
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
        break;
      case 'copyConversation':
        await vscode.env.clipboard.writeText(
          conversationMarkdown(session.state, conversationTexts()),
        );
        break;
      case 'insertCode':
        await insertAtCursor(message.code);
        break;
      case 'newFile':
        await openAsNewFile(message.code, message.language);
        break;
      case 'noticeAction':
        await actOnNotice(session, message.action, message.turnId);
        break;
    }
  }

  async #withImage(
    session: ConversationSession,
    imageId: string,
    open: (image: AttachedImage) => Promise<void>,
  ): Promise<void> {
    const image = allImages(session.state).find(({ id }) => id === imageId);
    if (image) {
      await open(image);
    }
  }

  #sendBlob(session: ConversationSession, sha256: string): void {
    const image = allImages(session.state).find(({ prepared }) => prepared?.sha256 === sha256);
    const bytes = this.#services.blobs.get(sha256);
    if (image?.prepared && bytes) {
      // A copy of its own: a Node buffer would travel as JSON, and a view with all of its pool.
      const copy = new Uint8Array(bytes);
      this.#post({ type: 'blob', sha256, mediaType: image.prepared.mediaType, bytes: copy });
    }
  }
}
