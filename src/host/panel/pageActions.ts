import * as vscode from 'vscode';
import { allImages, type AttachedImage } from '../../core/conversation/conversation.ts';
import type { PageMessage } from '../../core/conversation/protocol.ts';
import { insertAtCursor, openAsNewFile } from './codeActions.ts';
import type { ConversationSession } from '../conversation/conversationSession.ts';
import type { MessageBox } from '../conversation/heldMessage.ts';
import { conversationDocument } from '../history/conversationDocument.ts';
import { notOpenableNotice } from '../wording/conversationWording.ts';
import { Disposable } from '../disposable.ts';
import { actOnNotice } from './noticeActions.ts';
import { openOriginal, SentPictures } from './openImage.ts';
import { PageFiles } from './pageFiles.ts';
import { attachFrom, replaceByPicked } from './pageIntake.ts';
import type { PageServices, Post } from './pageServices.ts';
import { selectModel } from '../settings/selectModel.ts';

/** Does what a page asks for, in the current conversation and with its images only. */
export class PageActions extends Disposable {
  readonly #services: PageServices;
  readonly #page: MessageBox;
  readonly #post: Post;
  readonly #pictures: SentPictures;
  #files: PageFiles;

  /** `page` is where messages come from that cannot go now, and go back to. */
  constructor(services: PageServices, page: MessageBox, post: Post) {
    super();
    this.#services = services;
    this.#page = page;
    this.#post = post;
    this.#pictures = new SentPictures(services.blobs, services.temporary);
    this.#files = new PageFiles(post, services.temporary);
  }

  /** The page was built anew: what only the one before it had is gone. */
  pageIsNew(): void {
    this.#files.dispose();
    this.#files = new PageFiles(this.#post, this.#services.temporary);
  }

  override dispose(): void {
    this.#files.dispose();
    super.dispose();
  }

  /** Settles when it is done; for what gets an answer, when the answer has come to its end. */
  async act(message: Exclude<PageMessage, { type: 'ready' }>): Promise<void> {
    const session = this.#services.conversations.current;
    switch (message.type) {
      case 'send':
        await session.send(message.text, { from: this.#page });
        break;
      case 'stop':
        session.stop();
        break;
      case 'viewChanged':
        this.#services.conversations.byId(message.conversationId)?.keepView(message.view);
        break;
      case 'editMessage':
        await session.edit(message.turnId, message.text);
        break;
      case 'deleteExchange':
        await session.deleteExchange(message.turnId);
        break;
      case 'fork':
        await this.#services.conversations.fork(message.turnId);
        break;
      case 'attach':
      case 'attachOpenImage':
      case 'attachUrl':
      case 'attachUris':
      case 'offerFiles':
      case 'nothingFound':
        await attachFrom(session, message, this.#files);
        break;
      case 'filePiece':
        this.#files.receive(message.fileId, message.from, message.bytes);
        break;
      case 'fileFailed':
        this.#files.fail(message.fileId);
        break;
      case 'removeImage':
        session.removeImage(message.imageId);
        break;
      case 'replaceImage':
        await replaceByPicked(session, message.imageId);
        break;
      case 'openImage':
        await this.#withImage(session, message.imageId, async (image) => {
          if (!(await openOriginal(image))) {
            session.showNotice(notOpenableNotice(image.name));
          }
        });
        break;
      case 'openSentImage':
        await this.#withImage(session, message.imageId, (image) => this.#pictures.open(image));
        break;
      case 'showSight':
        this.#services.sight.show(session, message.imageId);
        break;
      case 'needThumbnail':
        await this.#sendThumbnail(session, message.sha256);
        break;
      case 'setModel':
        await selectModel(message.model);
        break;
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
        break;
      case 'copyConversation':
        await vscode.env.clipboard.writeText(conversationDocument(session.state));
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

  async #sendThumbnail(session: ConversationSession, sha256: string): Promise<void> {
    if (!allImages(session.state).some(({ prepared }) => prepared?.sha256 === sha256)) {
      return;
    }
    const thumbnail = await this.#services.thumbnails.get(sha256);
    if (thumbnail) {
      void this.#post({ type: 'thumbnail', sha256, ...thumbnail });
    }
  }
}
