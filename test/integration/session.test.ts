import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { AssistantTurn, Conversation } from '../../src/core/conversation.ts';
import { BlobStore } from '../../src/host/blobStore.ts';
import { connect } from '../../src/host/connect.ts';
import { ConversationSession } from '../../src/host/conversationSession.ts';
import { ImagePreparer } from '../../src/imaging/prepareImage.ts';
import { startPracticeServer, type PracticeServer } from '../server/practiceServer.ts';
import type { Step } from '../server/script.ts';
import { blankPng, greyPng } from '../support/pngFile.ts';
import { bodyOf, imagesOf } from '../support/received.ts';

/** A session with everything real but the panel: files, worker, SDK, and a server on loopback. */
describe('a conversation', () => {
  let server: PracticeServer;
  let folder: string;
  let preparer: ImagePreparer;
  let session: ConversationSession;
  let apiKey: string | undefined;
  let keyAsked: () => void;
  const log = vscode.window.createOutputChannel('Session tests', { log: true });
  const settings = () => vscode.workspace.getConfiguration('visionForClaude');

  before(async () => {
    server = await startPracticeServer();
    folder = await mkdtemp(join(tmpdir(), 'vision-session-'));
    const extension = vscode.extensions.getExtension('vision-for-claude.vision-for-claude');
    assert.ok(extension);
    preparer = new ImagePreparer({
      workerFile: join(extension.extensionPath, 'dist', 'imaging', 'worker.cjs'),
    });
  });

  beforeEach(async () => {
    apiKey = server.apiKey;
    keyAsked = () => undefined;
    await settings().update('baseUrl', server.url, vscode.ConfigurationTarget.Global);
    session = new ConversationSession({
      keys: {
        getOrAsk: () => {
          keyAsked();
          return Promise.resolve(apiKey);
        },
      },
      blobs: new BlobStore(),
      preparer,
      log,
      connect: (key) => connect(key, log),
    });
  });

  afterEach(async () => {
    session.dispose();
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

  const file = async (name: string, content: Uint8Array | string): Promise<vscode.Uri> => {
    const path = join(folder, name);
    await writeFile(path, content);
    return vscode.Uri.file(path);
  };
  const describeImage = (...uris: readonly vscode.Uri[]) =>
    session.describe(uris, 'Describe this image.');
  const lastAnswer = (): AssistantTurn => {
    const last = session.state.turns.at(-1);
    assert.equal(last?.role, 'assistant');
    return last;
  };
  const until = (reached: (state: Conversation) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const listening = session.onDidChange(() => {
        if (reached(session.state)) {
          listening.dispose();
          resolve();
        }
      });
    });
  /** The panel is usable after a fault when the next question gets its answer. */
  const assertGoesOn = async (): Promise<void> => {
    const turns = session.state.turns.length;
    await session.send('And now?');
    assert.equal(session.state.turns.length, turns + 2);
    assert.equal(lastAnswer().status, 'complete');
  };

  it('describes an image and answers a follow-up that still knows it', async () => {
    await describeImage(await file('square.png', greyPng(300, 200)));
    assert.match(lastAnswer().text, /300/);
    assert.match(lastAnswer().usageLabel ?? '', /tokens in · .* out · \$0\.\d{4}/);

    await session.send('What did I ask before?');
    assert.deepEqual(
      imagesOf(server.requests[1]).map(({ width, height }) => [width, height]),
      [[300, 200]],
    );
    assert.deepEqual(
      bodyOf(server.requests[1]).messages.slice(0, 1),
      bodyOf(server.requests[0]).messages,
      'what was sent stays as it was',
    );
    assert.equal(lastAnswer().status, 'complete');
  });

  it('shows the tokens that the server counts', async () => {
    await session.attach([await file('large.png', greyPng(4000, 1500))]);
    const tokens = session.state.attachments[0]?.prepared?.tokens;
    await session.send('Describe this image.');
    const [image] = imagesOf(server.requests[0]);
    assert.ok(tokens !== undefined && tokens > 1000);
    assert.equal(image?.tokens, tokens);
  });

  it('describes several images, numbered, in their order', async () => {
    await describeImage(
      await file('b.png', greyPng(40, 30)),
      await file('a.png', greyPng(50, 30)),
      await file('c.png', greyPng(60, 30)),
    );
    assert.deepEqual(
      imagesOf(server.requests[0]).map(({ label, width }) => [label, width]),
      [
        ['Image 1: b.png', 40],
        ['Image 2: a.png', 50],
        ['Image 3: c.png', 60],
      ],
    );
  });

  describe('with an image that cannot be sent', () => {
    const bad: readonly [title: string, make: () => Promise<vscode.Uri>, message: RegExp][] = [
      ['a text file', () => file('notes.png', 'just some words'), /^notes\.png is not an image/],
      ['an empty file', () => file('empty.jpg', ''), /^empty\.jpg is empty/],
      [
        'a truncated PNG',
        async () => file('half.png', greyPng(200, 200).subarray(0, 2000)),
        /^half\.png is (cut off|a damaged PNG)/,
      ],
      [
        'a truncated JPEG',
        async () => {
          const photograph = await vscode.workspace.fs.readFile(samplePhotograph());
          return file('half.jpg', photograph.subarray(0, 100_000));
        },
        /^half\.jpg is cut off/,
      ],
      [
        'a folder',
        async () => {
          await mkdir(join(folder, 'folder.png'), { recursive: true });
          return vscode.Uri.file(join(folder, 'folder.png'));
        },
        /^folder\.png is a folder/,
      ],
      [
        'a file that was deleted after the click',
        async () => {
          const uri = await file('gone.png', greyPng(10, 10));
          await rm(uri.fsPath);
          return uri;
        },
        /^gone\.png is no longer there/,
      ],
      [
        'a format that is not taken',
        () => file('design.png', Buffer.from('8BPS\0\x01'.padEnd(64, '\0'), 'latin1')),
        /^design\.png is .*PSD/,
      ],
      [
        'a bomb',
        () => file('bomb.png', blankPng(30_000, 30_000)),
        /^bomb\.png has 30000x30000 pixels/,
      ],
    ];
    for (const [title, make, message] of bad) {
      it(`names ${title}, sends nothing and goes on`, async () => {
        await describeImage(await make());
        const [image] = session.state.attachments;
        assert.equal(image?.state, 'failed');
        assert.match(image?.notice?.message ?? '', message);
        assert.equal(server.requests.length, 0);
        await assertGoesOn();
      });
    }

    it('leaves it to the user whether the others go', async () => {
      let held = '';
      session.onDidHoldText(() => {
        held = session.takeHeldText() ?? '';
      });
      await describeImage(
        await file('good.png', greyPng(20, 20)),
        await file('bad.png', 'not an image'),
      );
      assert.equal(server.requests.length, 0);
      assert.match(session.state.notice?.message ?? '', /1 of 2 images/);
      assert.equal(held, 'Describe this image.');

      await session.send(held);
      assert.equal(server.requests[0]?.images.length, 1);
      assert.deepEqual(
        session.state.attachments.map(({ name }) => name),
        ['bad.png'],
      );
    });
  });

  it('shrinks a picture of 9000x9000 and says so', async () => {
    await describeImage(await file('poster.png', blankPng(9000, 9000)));
    const [turn] = session.state.turns;
    assert.equal(turn?.role, 'user');
    assert.match(turn.images[0]?.labels.notes.join() ?? '', /^9000x9000 to \d+x\d+/);
    assert.equal(lastAnswer().status, 'complete');
  });

  describe('with a fault of the API', () => {
    const text = 'The first half and the second half.';
    const partly = { text, chunkChars: 10 };
    const faults: readonly [
      title: string,
      step: Step,
      message: RegExp,
      action: string | undefined,
      kept: string,
    ][] = [
      [
        'a 429 with a wait',
        { kind: 'error', status: 429, retryAfter: 30 },
        /wait 30 seconds/,
        'retry',
        '',
      ],
      [
        'a 529',
        { kind: 'error', status: 529, times: 3, headers: { 'retry-after-ms': '1' } },
        /overloaded/,
        'retry',
        '',
      ],
      ['a 401', { kind: 'error', status: 401 }, /does not accept your key/, 'setApiKey', ''],
      [
        'a stream that is cut',
        { kind: 'cut', afterDeltas: 2, ...partly },
        /connection was cut/,
        'retry',
        'The first half and t',
      ],
      [
        'an error in the stream',
        { kind: 'errorEvent', afterDeltas: 2, type: 'api_error', message: 'no', ...partly },
        /internal error/,
        'retry',
        'The first half and t',
      ],
      [
        'a refusal',
        {
          kind: 'refusal',
          category: 'bio',
          explanation: 'It is about a pathogen.',
          afterDeltas: 1,
          ...partly,
        },
        /declined to answer: It is about a pathogen/,
        undefined,
        '',
      ],
      [
        'max_tokens',
        { kind: 'maxTokens', text: 'The first half' },
        /cut off at 8,192 tokens/,
        'continue',
        'The first half',
      ],
      [
        'thinking that used the budget',
        { kind: 'maxTokens' },
        /Thinking used all 8,192 tokens/,
        'openSettings',
        '',
      ],
    ];
    for (const [title, step, message, action, kept] of faults) {
      it(`words ${title}, keeps what had come and goes on`, async () => {
        server.script(step);
        await describeImage(await file('square.png', greyPng(30, 30)));
        const { notice, text: answer } = lastAnswer();
        assert.match(notice?.message ?? '', message);
        assert.equal(notice?.actions[0], action);
        assert.equal(answer, kept);
        await assertGoesOn();
        assert.equal(server.requests.at(-1)?.images.length, 1, 'the image is still known');
      });
    }

    it('words a server that refuses the connection and goes on', async () => {
      const unused = await startPracticeServer();
      await unused.close();
      await settings().update('baseUrl', unused.url, vscode.ConfigurationTarget.Global);
      await describeImage(await file('square.png', greyPng(30, 30)));
      const { host } = new URL(unused.url);
      assert.equal(
        lastAnswer().notice?.message,
        `${host} could not be reached (ECONNREFUSED). Check your network and proxy, then try again.`,
      );
      await settings().update('baseUrl', server.url, vscode.ConfigurationTarget.Global);
      await session.retry(lastAnswer().id);
      assert.equal(lastAnswer().status, 'complete');
      await assertGoesOn();
    });

    it('words a base URL that is none', async () => {
      await settings().update('baseUrl', 'ftp://x', vscode.ConfigurationTarget.Global);
      await session.send('Hello');
      assert.match(
        lastAnswer().notice?.message ?? '',
        /^The base URL in the settings is not an http/,
      );
      assert.equal(server.requests.length, 0);
    });
  });

  it('asks again for a failed answer, with the image, when it is retried', async () => {
    server.script({ kind: 'error', status: 401 });
    await describeImage(await file('square.png', greyPng(30, 30)));
    await session.retry(lastAnswer().id);
    assert.equal(lastAnswer().status, 'complete');
    assert.equal(session.state.turns.length, 2);
    assert.deepEqual(server.requests[1]?.body, server.requests[0]?.body);
  });

  it('stops an answer, keeps what had come, and says so to the server', async () => {
    server.script({ kind: 'hold', afterDeltas: 2, text: 'Half an answer', chunkChars: 4 });
    const done = session.send('Hello');
    await until(() => lastAnswer().text === 'Half an ');
    session.stop();
    await done;
    assert.deepEqual([lastAnswer().status, lastAnswer().text], ['stopped', 'Half an ']);
    await server.requests[0]?.ended;
    assert.equal(server.requests[0]?.aborted, true);
    await assertGoesOn();
  });

  it('takes one message at a time', async () => {
    server.script({ kind: 'hold', afterDeltas: 1, text: 'One', chunkChars: 1 });
    const first = session.send('First');
    await until(() => lastAnswer().text !== '');
    await session.send('Second');
    server.release();
    await first;
    await session.send('Third');
    assert.equal(server.requests.length, 2);
  });

  it('holds a message back while there is no key, and sends it when there is', async () => {
    apiKey = undefined;
    await describeImage(await file('square.png', greyPng(30, 30)));
    assert.deepEqual(session.state.turns, []);
    assert.deepEqual(session.state.notice?.actions, ['setApiKey']);
    assert.equal(session.takeHeldText(), 'Describe this image.');

    // What goes is what stands in the message box by then, not what was held.
    let sendable = 0;
    session.onDidBecomeSendable(() => (sendable += 1));
    apiKey = server.apiKey;
    await session.keyWasSet();
    assert.equal(sendable, 1);
    await session.send('What is in it?');
    assert.equal(lastAnswer().status, 'complete');
    assert.equal(session.state.notice, undefined);
  });

  it('sends nothing that was not waiting for a key when one is set', async () => {
    server.script({ kind: 'cut', afterDeltas: 1, text: 'Half an answer', chunkChars: 4 });
    await session.send('Hello');
    session.onDidBecomeSendable(() => assert.fail('nothing waits'));
    await session.keyWasSet();
    assert.equal(server.requests.length, 1);
    assert.equal(lastAnswer().text, 'Half');
  });

  it('holds a question back when its image was removed while the key was asked for', async () => {
    const uri = await file('square.png', greyPng(30, 30));
    keyAsked = () => {
      for (const { id } of session.state.attachments) {
        session.removeImage(id);
      }
    };
    await describeImage(uri);
    assert.equal(server.requests.length, 0);
    assert.equal(session.takeHeldText(), 'Describe this image.');
  });

  it('sends nothing while the images are too large together, and goes on without the largest', async () => {
    // Bytes that do not compress: 3.6 MB each, 4.8 MB as base64.
    const pixels = randomBytes(2400 * 1500);
    const noise = greyPng(2400, 1500, (x, y) => pixels[y * 2400 + x] ?? 0);
    const uris = [];
    for (let index = 0; index < 6; index++) {
      uris.push(await file(`large${index}.png`, noise));
    }
    await session.describe(uris, 'Compare them.');
    assert.deepEqual(session.state.turns, []);
    assert.match(
      session.state.notice?.message ?? '',
      /^Nothing was sent: the images .* Remove large/,
    );
    assert.equal(session.takeHeldText(), 'Compare them.');

    for (const { id } of session.state.attachments.slice(1)) {
      session.removeImage(id);
    }
    await session.send('Describe it.');
    assert.equal(lastAnswer().status, 'complete');
  });

  it('names an image that the API refused, leaves it out from then on, and goes on', async () => {
    server.script({
      kind: 'error',
      status: 400,
      message: 'messages.0.content.1.image.source.base64: Could not process image',
    });
    await describeImage(await file('a.png', greyPng(40, 30)), await file('b.png', greyPng(50, 30)));
    assert.match(lastAnswer().notice?.message ?? '', /did not accept a\.png, which is left out/);
    await session.send('And the other?');
    assert.equal(lastAnswer().status, 'complete');
    assert.deepEqual(
      imagesOf(server.requests[1]).map(({ label }) => label),
      ['Image 2: b.png'],
    );
  });

  it('prepares what was not sent again when the model changes', async () => {
    await session.attach([await file('wide.png', greyPng(1920, 1080))]);
    assert.equal(session.state.attachments[0]?.prepared?.tokens, 2691);
    await settings().update('model', 'claude-haiku-4-5', vscode.ConfigurationTarget.Global);
    try {
      await session.modelChanged();
      assert.equal(session.state.attachments[0]?.prepared?.tokens, 1560);
    } finally {
      await settings().update('model', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('takes 20 images and says what becomes of the others', async () => {
    const uris = await Promise.all(
      Array.from({ length: 21 }, (_, index) => file(`${index}.png`, greyPng(10 + index, 10))),
    );
    await session.attach(uris);
    assert.equal(session.state.attachments.length, 20);
    assert.match(session.state.notice?.message ?? '', /takes 20 images/);
  });

  it('forgets an image that is removed, also while it is being prepared', async () => {
    const uri = await file('large.png', blankPng(6000, 6000));
    const attached = session.attach([uri]);
    const [image] = session.state.attachments;
    assert.equal(image?.state, 'preparing');
    session.removeImage(image.id);
    await attached;
    assert.deepEqual(session.state.attachments, []);
  });

  it('reads no setting of the wrong type', async () => {
    await settings().update('maxTokens', 'many', vscode.ConfigurationTarget.Global);
    await session.send('Hello');
    assert.equal(lastAnswer().status, 'complete');
    assert.equal(bodyOf(server.requests[0]).max_tokens, 8192);
  });
});

function samplePhotograph(): vscode.Uri {
  const extension = vscode.extensions.getExtension('vision-for-claude.vision-for-claude');
  assert.ok(extension);
  return vscode.Uri.joinPath(
    extension.extensionUri,
    'test/fixtures/sample-workspace/images/waterfall.jpg',
  );
}
