import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach } from 'mocha';
import * as vscode from 'vscode';
import type {
  AssistantTurn,
  AttachedImage,
  Conversation,
  UserTurn,
} from '../../src/core/conversation/conversation.ts';
import { fetchesImages } from '../../src/claude/fetchesImages.ts';
import { BlobStore } from '../../src/host/conversation/blobStore.ts';
import { CacheRefusals } from '../../src/host/conversation/cacheRefusals.ts';
import { ConversationArchive } from '../../src/host/conversation/conversationArchive.ts';
import type {
  Conversations,
  ConversationsServices,
} from '../../src/host/conversation/conversations.ts';
import { BlobFiles } from '../../src/host/storage/blobFiles.ts';
import { ConversationFiles } from '../../src/host/storage/conversationFiles.ts';
import { LastConversation } from '../../src/host/storage/lastConversation.ts';
import { connect } from '../../src/host/connect.ts';
import { ConversationSession } from '../../src/host/conversation/conversationSession.ts';
import type { MessageBox } from '../../src/host/conversation/heldMessage.ts';
import { RequestImages } from '../../src/host/conversation/requestImages.ts';
import { UploadedImages } from '../../src/host/conversation/uploadedImages.ts';
import { filesConnection, Uploads } from '../../src/host/conversation/uploads.ts';
import { UploadStore } from '../../src/host/conversation/uploadStore.ts';
import { sourceOfUri, type ImageSource } from '../../src/host/images/imageSource.ts';
import { ImagePreparer } from '../../src/imaging/prepareImage.ts';
import { greyPng } from '../support/pngFile.ts';
import { startPracticeServer, type PracticeServer } from '../server/practiceServer.ts';

export const settings = () => vscode.workspace.getConfiguration('visionForClaude');

/** A session with everything real but the panel: files, worker, SDK, and a server on loopback. */
export class SessionTest {
  readonly server: PracticeServer;
  readonly services: ConversationsServices & { readonly preparer: ImagePreparer };
  readonly session: ConversationSession;
  readonly uploads: Uploads;
  readonly uploadedImages: UploadedImages;
  readonly blobFiles: BlobFiles;
  /** The hashes of the images that conversations are to hold beside this one. */
  usedImages: ReadonlySet<string> = new Set();
  /** Where the files lie. */
  readonly folder: string;
  /** What the user has for a key. */
  apiKey: string | undefined;
  /** Called when the session asks for the key. */
  keyAsked: () => void = () => undefined;
  /** The key as the user gives it, instead of at once. */
  keyComes: Promise<string> | undefined;
  /** Whether the server fetches images; absent: what the extension knows of it. */
  fetchesImages: boolean | undefined;

  constructor(
    server: PracticeServer,
    preparer: ImagePreparer,
    folder: string,
    log: vscode.LogOutputChannel,
  ) {
    this.server = server;
    this.folder = folder;
    this.apiKey = server.apiKey;
    this.blobFiles = new BlobFiles(folder);
    const blobs = new BlobStore(this.blobFiles, (error) => log.error(String(error)));
    this.uploads = new Uploads({
      store: new UploadStore({
        file: join(folder, `uploads-${crypto.randomUUID()}.json`),
        onSetAside: (aside) => assert.fail(aside),
      }),
      bytes: async (sha256) => blobs.get(sha256),
      log,
    });
    this.uploadedImages = new UploadedImages({
      uploads: this.uploads,
      connect: async () => {
        const api = await connect(server.apiKey, log);
        return api.ok ? filesConnection(api.value.files, server.apiKey) : undefined;
      },
      images: { used: async () => this.usedImages, names: async () => new Map() },
      log,
    });
    this.services = {
      keys: {
        getOrAsk: () => {
          this.keyAsked();
          return this.keyComes ?? Promise.resolve(this.apiKey);
        },
      },
      blobs,
      requestImages: new RequestImages(this.uploads),
      files: new ConversationFiles(folder),
      last: new LastConversation(folder, (error) => log.error(String(error))),
      claims: { claim: () => Promise.resolve(false) },
      preparer,
      log,
      cacheRefusals: new CacheRefusals(log),
      connect: (key) => connect(key, log),
      fetchesImages: (baseUrl) => this.fetchesImages ?? fetchesImages(baseUrl),
    };
    this.session = new ConversationSession(this.services);
  }

  async file(name: string, content: Uint8Array | string): Promise<vscode.Uri> {
    const path = join(this.folder, name);
    await writeFile(path, content);
    return vscode.Uri.file(path);
  }

  /** A picture of its own for each width. */
  async source(name: string, width = 40): Promise<ImageSource> {
    return sourceOfUri(await this.file(name, greyPng(width, 30)));
  }

  async describeImage(...uris: readonly vscode.Uri[]): Promise<void> {
    await this.describe('Describe this image.', ...uris);
  }

  async describe(prompt: string, ...uris: readonly vscode.Uri[]): Promise<void> {
    await this.session.describe(
      uris.map((uri) => sourceOfUri(uri)),
      prompt,
    );
  }

  async attach(...uris: readonly vscode.Uri[]): Promise<void> {
    await this.session.attach(uris.map((uri) => sourceOfUri(uri)));
  }

  async replace(imageId: string, uri: vscode.Uri): Promise<void> {
    await this.session.replaceImage(imageId, sourceOfUri(uri));
  }

  /** The images of the first question. */
  sent(): readonly AttachedImage[] {
    const [question] = this.questions();
    return question?.images ?? [];
  }

  questions(): readonly UserTurn[] {
    return this.session.state.turns.filter((turn) => turn.role === 'user');
  }

  lastAnswer(): AssistantTurn {
    const last = this.session.state.turns.at(-1);
    assert.equal(last?.role, 'assistant');
    return last;
  }

  /** All conversations in the folder, beside those that are open in a window. */
  archive(conversations: Conversations): ConversationArchive {
    const { blobFiles, uploadedImages } = this;
    return new ConversationArchive({
      conversations,
      files: this.services.files,
      blobFiles,
      uploadedImages,
    });
  }

  /** The message that could not go, as the page gets it which it is for. */
  heldText(session = this.session, box: MessageBox = { isGone: false }): string | undefined {
    return session.held.take(box)?.text;
  }

  async until(reached: (state: Conversation) => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const listening = this.session.onDidChange(() => {
        if (reached(this.session.state)) {
          listening.dispose();
          resolve();
        }
      });
    });
  }

  /** The panel is usable after a fault when the next question gets its answer. */
  async assertGoesOn(): Promise<void> {
    const turns = this.session.state.turns.length;
    await this.session.send('And now?');
    assert.equal(this.session.state.turns.length, turns + 2);
    assert.equal(this.lastAnswer().status, 'complete');
  }
}

/** A session for each test of the suite, as `current()`. */
export function useSession(): () => SessionTest {
  let server: PracticeServer;
  let folder: string;
  let preparer: ImagePreparer;
  let test: SessionTest;
  let log: vscode.LogOutputChannel;

  before(async () => {
    // Not before the suite begins: one of the same name would be closed with that of the suite before.
    log = vscode.window.createOutputChannel('Session tests', { log: true });
    server = await startPracticeServer();
    folder = await mkdtemp(join(tmpdir(), 'vision-session-'));
    const extension = vscode.extensions.getExtension('vision-for-claude.vision-for-claude');
    assert.ok(extension);
    preparer = new ImagePreparer({
      workerFile: join(extension.extensionPath, 'dist', 'imaging', 'worker.cjs'),
    });
  });

  beforeEach(async () => {
    await settings().update('baseUrl', server.url, vscode.ConfigurationTarget.Global);
    test = new SessionTest(server, preparer, folder, log);
  });

  afterEach(async () => {
    test.session.dispose();
    server.reset();
    await settings().update('baseUrl', undefined, vscode.ConfigurationTarget.Global);
    await settings().update('maxTokens', undefined, vscode.ConfigurationTarget.Global);
  });

  after(async () => {
    preparer.dispose();
    log.dispose();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  return () => test;
}
