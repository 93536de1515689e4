import * as vscode from 'vscode';
import { allImages } from '../../core/conversation/conversation.ts';
import {
  parseSightPageMessage,
  type SightHostMessage,
  type SightPageMessage,
} from '../../core/conversation/sightProtocol.ts';
import type { ImagePreparer } from '../../imaging/prepareImage.ts';
import type { BlobStore } from '../conversation/blobStore.ts';
import type { ConversationSession } from '../conversation/conversationSession.ts';
import { Disposable } from '../disposable.ts';
import { SIGHT_EDITOR } from '../ids.ts';
import type { SourceOf } from '../images/imageSource.ts';
import { logUnexpected } from '../log.ts';
import { sightTitle } from '../wording/sightWording.ts';
import { pageHtml, resourceRoots } from './conversationHtml.ts';
import { SightSubject } from './sightSubject.ts';

/** What the sight of an image needs of the extension. */
export interface SightServices {
  readonly blobs: BlobStore;
  readonly preparer: Pick<ImagePreparer, 'drawWhole'>;
  readonly log: vscode.LogOutputChannel;
  /** How an original is read; a test's own may fetch from the machine itself. */
  readonly sourceOf?: SourceOf;
}

/** The editor that shows an image as Claude sees it; there is one, for the image looked at last. */
export class SightPanel extends Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #services: SightServices;
  #panel: vscode.WebviewPanel | undefined;
  #subject: SightSubject | undefined;

  constructor(extensionUri: vscode.Uri, services: SightServices) {
    super();
    this.#extensionUri = extensionUri;
    this.#services = services;
  }

  /** Shows an image of a conversation. Does nothing for one that is not prepared or not there. */
  show(session: ConversationSession, imageId: string): void {
    const image = allImages(session.state).find(({ id }) => id === imageId);
    if (!image || image.state === 'removed') {
      return;
    }
    this.#subject?.dispose();
    this.#subject = new SightSubject(session, image, this.#services);
    this.#subject.onDidChange(() => this.#tell());
    this.#subject.onDidEnd(() => this.#panel?.dispose());
    const panel = this.#panel;
    if (panel) {
      panel.title = sightTitle(image.name);
      panel.reveal();
      this.#tell();
    } else {
      this.#panel = this.#create(sightTitle(image.name));
    }
  }

  override dispose(): void {
    this.#panel?.dispose();
    super.dispose();
  }

  #create(title: string): vscode.WebviewPanel {
    const panel = vscode.window.createWebviewPanel(
      SIGHT_EDITOR,
      title,
      vscode.ViewColumn.Active,
      // The page is built anew when its tab is shown again, and asks for what it needs.
      {
        enableScripts: true,
        retainContextWhenHidden: false,
        localResourceRoots: resourceRoots(this.#extensionUri),
      },
    );
    const icon = (theme: string): vscode.Uri =>
      vscode.Uri.joinPath(this.#extensionUri, 'media', `view-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    panel.webview.onDidReceiveMessage((value: unknown) => {
      const message = parseSightPageMessage(value);
      if (message) {
        void this.#receive(message);
      } else {
        this.#services.log.warn('The page of an image sent a message that is not known.');
      }
    });
    panel.onDidDispose(() => {
      this.#panel = undefined;
      this.#subject?.dispose();
      this.#subject = undefined;
    });
    panel.webview.html = pageHtml(panel.webview, this.#extensionUri, {
      script: 'sight.js',
      style: 'sight.css',
      title: 'Vision for Claude',
    });
    return panel;
  }

  async #receive(message: SightPageMessage): Promise<void> {
    const subject = this.#subject;
    if (!subject) {
      return;
    }
    try {
      await this.#act(message, subject);
    } catch (error) {
      logUnexpected(this.#services.log, `"${message.type}" of an image's page failed`, error);
      subject.session.reportUnexpected(error);
    }
  }

  async #act(message: SightPageMessage, subject: SightSubject): Promise<void> {
    const { session, imageId } = subject;
    switch (message.type) {
      case 'ready':
        this.#tell();
        break;
      case 'needPicture': {
        const picture = await subject.picture(message.key);
        if (picture) {
          this.#post({ type: 'picture', key: message.key, ...picture });
        }
        break;
      }
      case 'choose':
        await session.setDetail(imageId, message.detail === 'asSet' ? undefined : message.detail);
        break;
      case 'attachAgain': {
        const attached = session.attachAgain(imageId);
        if (attached !== undefined) {
          this.show(session, attached);
        }
        break;
      }
    }
  }

  #tell(): void {
    const sight = this.#subject?.sight;
    if (sight) {
      const { bundle } = vscode.l10n;
      this.#post({ type: 'sight', sight, ...(bundle && { l10n: bundle }) });
    }
  }

  /** A page that is not there just now asks when it comes back. */
  #post(message: SightHostMessage): void {
    this.#panel?.webview.postMessage(message).then(undefined, (error: unknown) => {
      this.#services.log.error(`The page of an image could not be told: ${String(error)}`);
    });
  }
}
