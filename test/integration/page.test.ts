import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { ConversationEvent } from '../../src/core/conversation/conversationEvent.ts';
import {
  parsePageMessage,
  type HostMessage,
  type PageMessage,
} from '../../src/core/conversation/protocol.ts';
import { ConversationPage } from '../../src/host/panel/conversationPage.ts';
import { Conversations } from '../../src/host/conversation/conversations.ts';
import type { ConversationSession } from '../../src/host/conversation/conversationSession.ts';
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
  let page: ConversationPage;
  let conversations: Conversations;
  let fromPage: vscode.EventEmitter<unknown>;
  let put: { readonly name: string; readonly bytes: Uint8Array }[];

  beforeEach(() => {
    on = current();
    posted = [];
    onPost = () => undefined;
    put = [];
    fromPage = new vscode.EventEmitter();
    conversations = new Conversations(on.services);
    session = conversations.current;
    const webview = {
      onDidReceiveMessage: fromPage.event,
      postMessage: (message: HostMessage) => {
        posted.push(message);
        onPost(message);
        return Promise.resolve(true);
      },
    };
    page = new ConversationPage(webview as unknown as vscode.Webview, {
      conversations,
      blobs: on.services.blobs,
      options: {
        current: OPTIONS,
        refresh: () => Promise.resolve(),
        onDidChange: () => new vscode.Disposable(() => undefined),
      },
      temporary: {
        put: (name, bytes) => {
          put.push({ name, bytes });
          return on.file(`as-sent-${name}`, bytes);
        },
      },
      log: on.services.log,
    });
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
      if (message.type === 'sendFile') {
        say({ type: 'file', fileId: message.fileId, bytes });
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
    assert.deepEqual(put[0]?.bytes, on.services.blobs.get(sha256));
  });

  it('hands over bytes of this conversation only, and opens images of no other', async () => {
    const uri = await on.file('a.png', greyPng(40, 30));
    await on.attach(uri);
    const [foreign] = on.session.state.attachments;
    say({ type: 'needBlob', sha256: foreign?.prepared?.sha256 ?? '' });
    say({ type: 'openSentImage', imageId: foreign?.id ?? '' });
    say({ type: 'removeImage', imageId: foreign?.id ?? '' });
    assert.deepEqual(
      posted.filter(({ type }) => type === 'blob'),
      [],
    );
    assert.deepEqual(put, []);
    assert.equal(on.session.state.attachments.length, 1);

    say({ type: 'attachUris', uris: [uri.toString()] });
    await happens('imageUpdated');
    say({ type: 'needBlob', sha256: foreign?.prepared?.sha256 ?? '' });
    assert.equal(posted.filter(({ type }) => type === 'blob').length, 1);
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
    for (const value of [undefined, { type: 'quit' }, { type: 'file', fileId: 'f', bytes: 'AA' }]) {
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
        acquireVsCodeApi().postMessage({ type: 'file', fileId: 'f1', bytes: all.slice(1, 4) });
      </script>`;
      const message = parsePageMessage(await received);
      assert.equal(message?.type, 'file');
      assert.deepEqual([...message.bytes], [1, 2, 3]);
    } finally {
      panel.dispose();
    }
  });
});
