import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { startPracticeServer } from '../server/practiceServer.ts';
import type { Step } from '../server/script.ts';
import { blankPng, greyPng } from '../support/pngFile.ts';
import { settings, useSession, type SessionTest } from './sessionSetup.ts';

describe('a conversation', () => {
  const current = useSession();
  let on: SessionTest;
  beforeEach(() => {
    on = current();
  });

  describe('with an image that cannot be sent', () => {
    const bad: readonly [title: string, make: () => Promise<vscode.Uri>, message: RegExp][] = [
      ['a text file', () => on.file('notes.png', 'just some words'), /^notes\.png is not an image/],
      ['an empty file', () => on.file('empty.jpg', ''), /^empty\.jpg is empty/],
      [
        'a truncated PNG',
        async () => on.file('half.png', greyPng(200, 200).subarray(0, 2000)),
        /^half\.png is (cut off|a damaged PNG)/,
      ],
      [
        'a truncated JPEG',
        async () => {
          const photograph = await vscode.workspace.fs.readFile(samplePhotograph());
          return on.file('half.jpg', photograph.subarray(0, 100_000));
        },
        /^half\.jpg is cut off/,
      ],
      [
        'a folder',
        async () => {
          await mkdir(join(on.folder, 'folder.png'), { recursive: true });
          return vscode.Uri.file(join(on.folder, 'folder.png'));
        },
        /^folder\.png is a folder/,
      ],
      [
        'a file that was deleted after the click',
        async () => {
          const uri = await on.file('gone.png', greyPng(10, 10));
          await rm(uri.fsPath);
          return uri;
        },
        /^gone\.png is no longer there/,
      ],
      [
        'a format that is not taken',
        () => on.file('design.png', Buffer.from('8BPS\0\x01'.padEnd(64, '\0'), 'latin1')),
        /^design\.png is .*PSD/,
      ],
      [
        'a bomb',
        () => on.file('bomb.png', blankPng(30_000, 30_000)),
        /^bomb\.png has 30000x30000 pixels/,
      ],
    ];
    for (const [title, make, message] of bad) {
      it(`names ${title}, sends nothing and goes on`, async () => {
        await on.describeImage(await make());
        const [image] = on.session.state.attachments;
        assert.equal(image?.state, 'failed');
        assert.match(image?.notice?.message ?? '', message);
        assert.equal(on.server.requests.length, 0);
        await on.assertGoesOn();
      });
    }

    it('leaves it to the user whether the others go', async () => {
      let held = '';
      on.session.held.onDidHold(() => {
        held = on.heldText() ?? '';
      });
      await on.describeImage(
        await on.file('good.png', greyPng(20, 20)),
        await on.file('bad.png', 'not an image'),
      );
      assert.equal(on.server.requests.length, 0);
      assert.match(on.session.state.notice?.message ?? '', /1 of 2 images/);
      assert.equal(held, 'Describe this image.');

      await on.session.send(held);
      assert.equal(on.server.requests[0]?.images.length, 1);
      assert.deepEqual(
        on.session.state.attachments.map(({ name }) => name),
        ['bad.png'],
      );
    });
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
        'a 429 with a long wait',
        { kind: 'error', status: 429, retryAfter: 601 },
        /wait 601 seconds/,
        'retry',
        '',
      ],
      [
        'a spend limit',
        {
          kind: 'error',
          status: 429,
          errorCode: 'enforced_spend_limit_reached',
          message: 'Spent.',
        },
        /spend limit is reached: Spent\./,
        'retry',
        '',
      ],
      [
        'a 529 that goes on',
        { kind: 'error', status: 529, times: 6, headers: { 'retry-after-ms': '1' } },
        /overloaded/,
        'retry',
        '',
      ],
      [
        'an overload in the middle of the answer',
        {
          kind: 'errorEvent',
          afterDeltas: 2,
          type: 'overloaded_error',
          message: 'Overloaded',
          ...partly,
        },
        /overloaded/,
        'retry',
        'The first half and t',
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
        on.server.script(step);
        await on.describeImage(await on.file('square.png', greyPng(30, 30)));
        const { notice, text: answer } = on.lastAnswer();
        assert.match(notice?.message ?? '', message);
        assert.equal(notice?.actions[0], action);
        assert.equal(answer, kept);
        await on.assertGoesOn();
        assert.equal(on.server.requests.at(-1)?.images.length, 1, 'the image is still known');
      });
    }

    it('words a server that refuses the connection and goes on', async () => {
      const unused = await startPracticeServer();
      await unused.close();
      await settings().update('baseUrl', unused.url, vscode.ConfigurationTarget.Global);
      await on.describeImage(await on.file('square.png', greyPng(30, 30)));
      const { host } = new URL(unused.url);
      assert.equal(
        on.lastAnswer().notice?.message,
        `${host} could not be reached (ECONNREFUSED). Check your network and proxy, then try again.`,
      );
      await settings().update('baseUrl', on.server.url, vscode.ConfigurationTarget.Global);
      await on.session.retry(on.lastAnswer().id);
      assert.equal(on.lastAnswer().status, 'complete');
      await on.assertGoesOn();
    });

    it('words a base URL that is none', async () => {
      await settings().update('baseUrl', 'ftp://x', vscode.ConfigurationTarget.Global);
      await on.session.send('Hello');
      assert.match(
        on.lastAnswer().notice?.message ?? '',
        /^The base URL in the settings is not an http/,
      );
      assert.equal(on.server.requests.length, 0);
    });
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
