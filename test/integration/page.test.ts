import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { ConversationEvent } from '../../src/core/conversation/conversationEvent.ts';
import { parsePageMessage } from '../../src/core/conversation/parsePageMessage.ts';
import { type HostMessage, type PageMessage } from '../../src/core/conversation/protocol.ts';
import { ConversationPage } from '../../src/host/panel/conversationPage.ts';
import { Conversations } from '../../src/host/conversation/conversations.ts';
import { ThumbnailFiles } from '../../src/host/images/thumbnailFiles.ts';
import { Thumbnails } from '../../src/host/images/thumbnails.ts';
import { probeWhole } from '../../src/core/formats/probe.ts';
import type { ConversationSession } from '../../src/host/conversation/conversationSession.ts';
import { sourceOfUri } from '../../src/host/images/imageSource.ts';
import { greyPng } from '../support/pngFile.ts';
import { useSession, type SessionTest } from './sessionSetup.ts';

const OPTIONS = {
  models: [],
  model: 'claude-sonnet-5-5',
  prompts: [],
  hasKey: true,
  costHint: '',
  problems: [],
};

describe('the host of a page', () => {
  const current = useSession();
  let on: SessionTest;
  let session: ConversationSession;
  let posted: HostMessage[];
  let onPost: (message: HostMessage) => void;
  /** Whether the page is there to get what is posted. */
  let isThere: boolean;
  let page: ConversationPage;
  let conversations: Conversations;
  let fromPage: vscode.EventEmitter<unknown>;
  /** Settles when the keyring has told whether there is a key. */
  let keyring: Promise<void>;
  /** Images that were to be shown as Claude sees them. */
  let shown: string[];
  let put: { readonly name: string; readonly bytes: Uint8Array }[];

  beforeEach(() => {
    on = current();
    posted = [];
    isThere = true;
    onPost = () => undefined;
    put = [];
    shown = [];
    keyring = Promise.resolve();
    fromPage = new vscode.EventEmitter();
    conversations = new Conversations(on.services);
    session = conversations.current;
    page = makePage(fromPage.event, (message) => {
      if (isThere) {
        posted.push(message);
        onPost(message);
      }
      return Promise.resolve(isThere);
    });
  });

  const makePage = (
    onDidReceiveMessage: vscode.Event<unknown>,
    postMessage: (message: HostMessage) => Promise<boolean>,
  ): ConversationPage =>
    new ConversationPage({ onDidReceiveMessage, postMessage } as unknown as vscode.Webview, {
      conversations,
      blobs: on.services.blobs,
      thumbnails: new Thumbnails(
        on.services.blobs,
        on.services.preparer,
        new ThumbnailFiles(on.folder),
        on.services.log,
      ),
      options: {
        current: OPTIONS,
        refresh: () => keyring,
        onDidChange: () => new vscode.Disposable(() => undefined),
      },
      temporary: {
        put: (name, bytes) => {
          put.push({ name, bytes });
          return on.file(`as-sent-${name}`, bytes);
        },
      },
      sight: { show: (_, imageId) => shown.push(imageId) },
      log: on.services.log,
    });

  afterEach(async () => {
    page.dispose();
    conversations.dispose();
    fromPage.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const say = (message: PageMessage): void => fromPage.fire(message);
  const happens = (type: ConversationEvent['type']): Promise<void> =>
    new Promise((resolve) => {
      const listening = session.onDidChange((event) => {
        if (event.type === type) {
          listening.dispose();
          resolve();
        }
      });
    });
  const answered = async (message: PageMessage): Promise<void> => {
    const ended = happens('answerEnded');
    say(message);
    await ended;
    // As from a real page, the next message comes in another turn of the loop.
    await new Promise((resolve) => setImmediate(resolve));
  };
  const opensTab = (label: string): Promise<void> =>
    new Promise((resolve) => {
      const listening = vscode.window.tabGroups.onDidChangeTabs(({ opened, changed }) => {
        if ([...opened, ...changed].some((tab) => tab.label === label)) {
          listening.dispose();
          resolve();
        }
      });
    });
  const firstQuestion = (): string => session.state.turns[0]?.id ?? '';

  it('sends, edits and deletes as the page says', async () => {
    await answered({ type: 'send', text: 'Hello' });
    await answered({ type: 'editMessage', turnId: firstQuestion(), text: 'Good morning' });
    assert.equal(session.state.turns[0]?.text, 'Good morning');
    const deleted = happens('exchangeDeleted');
    say({ type: 'deleteExchange', turnId: firstQuestion() });
    await deleted;
    assert.deepEqual(session.state.turns, []);
  });

  it('gives up a retry, or asks at once, by the buttons of the notice', async () => {
    on.server.script({ kind: 'error', status: 529, retryAfter: 300, times: 2 });
    const scheduled = happens('retryScheduled');
    say({ type: 'send', text: 'Hello' });
    await scheduled;
    const again = happens('retryScheduled');
    const turnId = session.state.turns[1]?.id ?? '';
    say({ type: 'noticeAction', action: 'retry', turnId });
    await again;
    await answered({ type: 'noticeAction', action: 'stop', turnId });
    assert.equal(on.server.requests.length, 2);
  });

  it('attaches what was dropped, in its order, and names what is none', async () => {
    const a = await on.file('a.png', greyPng(40, 30));
    const b = await on.file('b.png', greyPng(50, 30));
    say({ type: 'attachUris', uris: [b.toString(), 'no uri at all', a.toString()] });
    await happens('imageAttached');
    assert.deepEqual(
      session.state.attachments.map(({ name }) => name),
      ['b.png', 'no uri at all', 'a.png'],
    );
  });

  it('attaches files of which the page has the bytes', async () => {
    const bytes = new Uint8Array(greyPng(40, 30));
    const ready = happens('imageUpdated');
    onPost = (message) => {
      if (message.type === 'sendPiece') {
        const { fileId, from } = message;
        say({ type: 'filePiece', fileId, from, bytes: bytes.slice(from, from + 100) });
      }
    };
    say({
      type: 'offerFiles',
      files: [{ fileId: 'f1', name: 'pasted.png', byteLength: bytes.length }],
    });
    await ready;
    const [image] = session.state.attachments;
    assert.deepEqual([image?.name, image?.state], ['pasted.png', 'ready']);
  });

  const typesOf = (messages: readonly HostMessage[]): readonly string[] =>
    messages.map(({ type }) => type);
  const arrives = (type: HostMessage['type']): Promise<void> =>
    new Promise((resolve) => {
      onPost = (message) => {
        if (message.type === type) {
          resolve();
        }
      };
    });
  const offerOne = (): void =>
    say({ type: 'offerFiles', files: [{ fileId: 'f1', name: 'a.png', byteLength: 100 }] });

  it('gives up the files of a page that was built anew before it handed them over', async () => {
    const asked = arrives('sendPiece');
    offerOne();
    await asked;
    const failed = happens('imageUpdated');
    say({ type: 'ready' });
    await failed;
    assert.equal(session.state.attachments[0]?.state, 'failed');
  });

  it('gives up the files of a page that is not there to be asked', async () => {
    isThere = false;
    const failed = happens('imageUpdated');
    offerOne();
    await failed;
    assert.equal(session.state.attachments[0]?.state, 'failed');
  });

  it('shows the conversation before the keyring has answered', () => {
    keyring = new Promise(() => undefined);
    say({ type: 'ready' });
    assert.deepEqual(typesOf(posted), ['snapshot']);
  });

  it('keeps a message that could not go until the page is there to take it', async () => {
    on.apiKey = undefined;
    say({ type: 'ready' });
    isThere = false;
    const held = new Promise<void>((resolve) => {
      session.held.onDidHold(() => resolve());
    });
    await session.send('Hello');
    await held;
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(typesOf(posted), ['snapshot']);

    isThere = true;
    say({ type: 'ready' });
    const drafts = posted.filter(({ type }) => type === 'draft');
    assert.deepEqual(drafts, [{ type: 'draft', text: 'Hello' }]);
  });

  it('tells only the page that a message came from, and another once that is gone', async () => {
    const fromOther = new vscode.EventEmitter<unknown>();
    const toOther: HostMessage[] = [];
    const other = makePage(fromOther.event, (message) => {
      toOther.push(message);
      return Promise.resolve(true);
    });
    fromOther.fire({ type: 'ready' });
    say({ type: 'ready' });
    on.apiKey = undefined;
    const drafted = arrives('draft');
    say({ type: 'send', text: 'Hello' });
    await drafted;
    on.apiKey = on.server.apiKey;
    const goes = arrives('sendDraft');
    await conversations.keyWasSet();
    await goes;
    assert.ok(!typesOf(toOther).some((type) => type === 'draft' || type === 'sendDraft'));

    on.apiKey = undefined;
    isThere = false;
    const noticed = happens('noticeShown');
    say({ type: 'send', text: 'Good morning' });
    await noticed;
    await new Promise((resolve) => setImmediate(resolve));
    page.dispose();
    fromOther.fire({ type: 'ready' });
    assert.deepEqual(
      toOther.filter(({ type }) => type === 'draft'),
      [{ type: 'draft', text: 'Good morning' }],
    );
    other.dispose();
    fromOther.dispose();
  });

  it('says no more in any conversation that the key is missing once there is one', async () => {
    on.apiKey = undefined;
    await session.send('Hello');
    await session.attach([await on.source('a.png')]);
    const second = conversations.startNew();
    assert.notEqual(second, session);
    await second.send('Hello');
    assert.ok(session.state.notice && second.state.notice);
    on.apiKey = on.server.apiKey;
    await conversations.keyWasSet();
    assert.equal(session.state.notice, undefined);
    assert.equal(second.state.notice, undefined);
    const box = { isGone: false };
    assert.deepEqual([on.heldText(session, box), session.held.take(box)], ['Hello', undefined]);
  });

  it('takes no conversation for an empty one whose numbers are given', async () => {
    await session.describe([await on.source('a.png')], 'Describe this image.');
    await session.deleteExchange(firstQuestion());
    assert.equal(session.isEmpty, false);
    assert.notEqual(conversations.startNew(), session);
  });

  it('keeps bytes from which an image is being made', async () => {
    const original = await on.file('gone.png', greyPng(40, 30));
    await session.attach([sourceOfUri(original), await on.source('b.png', 50)]);
    await vscode.workspace.fs.delete(original);
    const again = session.modelChanged();
    session.removeImage(session.state.attachments[1]?.id ?? '');
    await again;
    assert.equal(session.state.attachments[0]?.state, 'ready');
  });

  for (const [reason, message] of [
    ['dropHadNoImage', /no image in what you dropped/],
    ['pasteHadNoImage', /no image in what you pasted/],
    ['clipboardEmpty', /no image in the clipboard/],
    ['clipboardDenied', /may not read the clipboard/],
  ] as const) {
    it(`says in the conversation what was not found: ${reason}`, () => {
      say({ type: 'nothingFound', reason });
      assert.match(session.state.notice?.message ?? '', message);
    });
  }

  it('says that nothing was dropped, and that no image is open', () => {
    say({ type: 'attachUris', uris: [] });
    assert.match(session.state.notice?.message ?? '', /no image in what you dropped/);
    say({ type: 'attachOpenImage' });
    assert.match(session.state.notice?.message ?? '', /No image is open/);
  });

  it('opens the original, and the picture as it is sent', async () => {
    const large = await on.file('large.bmp.png', greyPng(40, 30));
    say({ type: 'attachUris', uris: [large.toString()] });
    await happens('imageUpdated');
    const imageId = session.state.attachments[0]?.id ?? '';
    const original = opensTab('large.bmp.png');
    say({ type: 'openImage', imageId });
    await original;
    const asSent = opensTab('as-sent-large.bmp.png');
    say({ type: 'openSentImage', imageId });
    await asSent;
    const sha256 = session.state.attachments[0]?.prepared?.sha256 ?? '';
    assert.deepEqual(put[0]?.bytes, await on.services.blobs.get(sha256));

    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const onceMore = opensTab('as-sent-large.bmp.png');
    say({ type: 'openSentImage', imageId });
    await onceMore;
    assert.equal(put.length, 1, 'it is written once');
  });

  it('opens nothing that VS Code reads no files from, and says so', async () => {
    await session.attach([
      {
        name: 'trap.png',
        uri: 'command:workbench.action.newWindow',
        read: () => Promise.resolve({ ok: false, error: { kind: 'fileNotFound' } }),
      },
    ]);
    const noticed = happens('noticeShown');
    say({ type: 'openImage', imageId: session.state.attachments[0]?.id ?? '' });
    await noticed;
    assert.match(session.state.notice?.message ?? '', /cannot open where trap\.png came from/);
  });

  it('draws images of this conversation only, and opens images of no other', async () => {
    const uri = await on.file('a.png', greyPng(40, 30));
    await on.attach(uri);
    const [foreign] = on.session.state.attachments;
    say({ type: 'needThumbnail', sha256: foreign?.prepared?.sha256 ?? '' });
    say({ type: 'openSentImage', imageId: foreign?.id ?? '' });
    say({ type: 'removeImage', imageId: foreign?.id ?? '' });
    assert.deepEqual(
      posted.filter(({ type }) => type === 'thumbnail'),
      [],
    );
    assert.deepEqual(put, []);
    assert.equal(on.session.state.attachments.length, 1);

    say({ type: 'attachUris', uris: [uri.toString()] });
    await happens('imageUpdated');
    const drawn = arrives('thumbnail');
    say({ type: 'needThumbnail', sha256: foreign?.prepared?.sha256 ?? '' });
    await drawn;
    const thumbnail = posted.find((message) => message.type === 'thumbnail');
    assert.equal(thumbnail?.mediaType, 'image/jpeg');
    const header = probeWhole(thumbnail.bytes);
    assert.deepEqual(header.ok && header.value.size, { width: 40, height: 30 });
  });

  it('copies the whole conversation as Markdown', async () => {
    await answered({ type: 'send', text: 'Hello there' });
    await vscode.env.clipboard.writeText('');
    say({ type: 'copyConversation' });
    while ((await vscode.env.clipboard.readText()) === '') {
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.match(await vscode.env.clipboard.readText(), /^## You\n\nHello there\n\n## Claude/);
  });

  it('does nothing for a message that is not known', async () => {
    const before = session.state;
    for (const value of [
      undefined,
      { type: 'quit' },
      { type: 'filePiece', fileId: 'f', from: 0, bytes: 'AA' },
    ]) {
      fromPage.fire(value);
    }
    assert.equal(session.state, before);
  });
});

describe('a page of a real webview', () => {
  it('sends bytes that arrive as a Uint8Array', async () => {
    const panel = vscode.window.createWebviewPanel('test', 'Test', vscode.ViewColumn.One, {
      enableScripts: true,
    });
    try {
      const received = new Promise<unknown>((resolve) => {
        panel.webview.onDidReceiveMessage(resolve);
      });
      panel.webview.html = `<!DOCTYPE html><script>
        const all = new Uint8Array([9, 1, 2, 3, 9]);
        acquireVsCodeApi().postMessage({ type: 'filePiece', fileId: 'f1', from: 0, bytes: all.slice(1, 4) });
      </script>`;
      const message = parsePageMessage(await received);
      assert.equal(message?.type, 'filePiece');
      assert.deepEqual([...message.bytes], [1, 2, 3]);
    } finally {
      panel.dispose();
    }
  });
});
