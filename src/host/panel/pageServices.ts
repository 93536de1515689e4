import type { LogOutputChannel } from 'vscode';
import type { HostMessage } from '../../core/conversation/protocol.ts';
import type { BlobStore } from '../conversation/blobStore.ts';
import type { Conversations } from '../conversation/conversations.ts';
import type { PanelOptionsSource } from './panelOptions.ts';
import type { TemporaryImages } from '../images/temporaryImages.ts';
import type { SightPanel } from './sightPanel.ts';
import type { Thumbnails } from '../images/thumbnails.ts';

/** Tells a page something; false when it is not there to be told. */
export type Post = (message: HostMessage) => Promise<boolean>;

/** What a page needs of the extension. */
export interface PageServices {
  readonly conversations: Conversations;
  readonly blobs: BlobStore;
  readonly thumbnails: Pick<Thumbnails, 'get'>;
  readonly options: Pick<PanelOptionsSource, 'current' | 'refresh' | 'onDidChange'>;
  /** Where images without a file of their own are put, to open them. */
  readonly temporary: Pick<TemporaryImages, 'put'>;
  /** Where an image is shown as Claude sees it. */
  readonly sight: Pick<SightPanel, 'show'>;
  readonly log: LogOutputChannel;
}
