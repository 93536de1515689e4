import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type {
  AssistantTurn,
  AttachedImage,
  Conversation,
  NoticeAction,
} from '../../src/core/conversation/conversation.ts';
import { ConversationSession } from '../../src/host/conversation/conversationSession.ts';
import { actOnNotice } from '../../src/host/panel/noticeActions.ts';
import type { Step } from '../server/script.ts';
import { greyPng } from '../support/pngFile.ts';
import { bodyOf, imagesOf } from '../support/received.ts';
import { settings, useSession, type SessionTest } from './sessionSetup.ts';

const refused = (message: string): Step => ({ kind: 'error', status: 400, message });
const COULD_NOT = refused('Could not process image');

describe('the way on', () => {
  const current = useSession();
  let on: SessionTest;
  beforeEach(() => {
    on = current();
  });
  afterEach(async () => {
    await settings().update('model', undefined, vscode.ConfigurationTarget.Global);
  });

  const choose = (action: NoticeAction): Promise<void> => {
    assert.ok(on.lastAnswer().notice?.actions.includes(action), `"${action}" is not offered`);
    return actOnNotice(on.session, action, on.lastAnswer().id);
  };
  const sentWidths = (index: number): readonly number[] =>
    imagesOf(on.server.requests[index]).map(({ width }) => width);
  const said = (index: number): string =>
    JSON.stringify(bodyOf(on.server.requests[index]).messages);
  const message = (): string => on.lastAnswer().notice?.message ?? '';

  describe('from a refused image', () => {
    beforeEach(async () => {
      on.server.script(
        refused('messages.0.content.1.image.source.base64: Could not process image'),
      );
      await on.describeImage(
        await on.file('a.png', greyPng(40, 30)),
        await on.file('b.png', greyPng(50, 30)),
      );
    });

    it('is to send it in another encoding, once', async () => {
      assert.deepEqual(on.lastAnswer().notice?.actions, [
        'reencodeAndRetry',
        'removeAndRetry',
        'goOnWithout',
      ]);
      await choose('reencodeAndRetry');
      assert.equal(on.lastAnswer().status, 'complete');
      assert.deepEqual(
        imagesOf(on.server.requests[1]).map(({ mediaType, label }) => [mediaType, label]),
        [
          ['image/jpeg', 'Image 1: a.png'],
          ['image/png', 'Image 2: b.png'],
        ],
      );
      assert.deepEqual(on.sent()[0]?.labels.notes, [
        'PNG to JPEG',
        'under 200 pixels: may be misread',
        're-encoded',
      ]);
    });

    it('is no other picture when what was sent is gone and the file has changed', async () => {
      const [{ prepared } = {}] = on.sent();
      assert.ok(prepared);
      on.services.blobs.get = async (sha256) =>
        sha256 === prepared.sha256 ? undefined : await on.blobFiles.get(sha256);
      await on.file('a.png', greyPng(70, 30));
      await choose('reencodeAndRetry');
      assert.equal(on.sent()[0]?.state, 'failed');
      assert.match(
        on.sent()[0]?.notice?.message ?? '',
        /^a\.png has changed since it was sent, .* Replace the image or remove it\.$/,
      );
      assert.deepEqual(sentWidths(1), [50]);
    });

    it('is no other encoding when that is refused too', async () => {
      on.server.script(
        refused('messages.0.content.1.image.source.base64: Could not process image'),
      );
      await choose('reencodeAndRetry');
      assert.deepEqual(on.lastAnswer().notice?.actions, ['removeAndRetry', 'goOnWithout']);
      await choose('goOnWithout');
      assert.equal(on.lastAnswer().status, 'complete');
      assert.equal(on.sent()[0]?.state, 'failed', 'it stays in sight');
      assert.deepEqual(sentWidths(2), [50]);
    });

    it('is to take it back', async () => {
      await choose('removeAndRetry');
      assert.equal(on.lastAnswer().status, 'complete');
      assert.equal(on.sent()[0]?.state, 'removed');
      assert.deepEqual(sentWidths(1), [50]);
      assert.match(said(1), /Image 1 \(a\.png\) was removed/);
      await on.assertGoesOn();
    });

    it('is to go on without it', async () => {
      await choose('goOnWithout');
      assert.equal(on.lastAnswer().status, 'complete');
      assert.match(said(1), /Image 1 \(a\.png\) is left out: it could not be sent/);
      await on.assertGoesOn();
    });
  });

  describe('from a refusal that names no image', () => {
    it('suspects those that the API has never taken', async () => {
      await on.describeImage(await on.file('old.png', greyPng(40, 30)));
      on.server.script(COULD_NOT);
      await on.describeImage(await on.file('new.png', greyPng(50, 30)));
      assert.match(message(), /did not accept an image, which must be new\.png/);
      await choose('reencodeAndRetry');
      assert.equal(on.lastAnswer().status, 'complete');
      assert.deepEqual(
        imagesOf(on.server.requests[2]).map(({ mediaType }) => mediaType),
        ['image/png', 'image/jpeg'],
      );
    });

    it('suspects the one in the place of one that it took', async () => {
      await on.describeImage(
        await on.file('a.png', greyPng(40, 30)),
        await on.file('b.png', greyPng(50, 30)),
      );
      await on.replace(on.sent()[1]?.id ?? '', await on.file('c.png', greyPng(60, 30)));
      on.server.script(COULD_NOT);
      await on.session.send('And now?');
      assert.match(message(), /which must be c\.png/);
      await choose('goOnWithout');
      assert.deepEqual(sentWidths(2), [40]);
    });

    it('suspects all when it has taken each, and names them', async () => {
      await on.describeImage(
        await on.file('a.png', greyPng(40, 30)),
        await on.file('b.png', greyPng(50, 30)),
      );
      on.server.script(COULD_NOT);
      await on.session.send('And now?');
      assert.match(message(), /one of these images, without saying which: a\.png and b\.png/);
      await choose('reencodeAndRetry');
      assert.equal(on.lastAnswer().status, 'complete');
      assert.equal(imagesOf(on.server.requests[2]).length, 2);
    });
  });

  it('from edges that the server does not take is found without asking', async () => {
    await on.describeImage(await on.file('wide.png', greyPng(1900, 200)));
    on.server.script(
      refused(
        'messages.0.content.0.image.source.base64.data: At least one of the image dimensions exceed max allowed size for many-image requests: 1000 pixels',
      ),
    );
    await on.session.send('And now?');
    assert.equal(on.lastAnswer().status, 'complete');
    assert.deepEqual(sentWidths(2), [1000]);
    assert.match(on.session.state.notice?.message ?? '', /edges of 1000 pixels at most/);
    await on.assertGoesOn();
  });

  it('from edges that are refused again is the choice', async () => {
    const step = refused(
      'messages.0.content.0.image.source.base64.data: At least one of the image dimensions exceed max allowed size: 1000 pixels',
    );
    on.server.script({ ...step, times: 2 });
    await on.describeImage(await on.file('wide.png', greyPng(1900, 200)));
    assert.equal(on.lastAnswer().status, 'failed');
    assert.equal(on.server.requests.length, 2);
    await choose('goOnWithout');
    assert.equal(on.lastAnswer().status, 'complete');
  });

  describe('from a request that is refused for something else', () => {
    const step = refused('messages.2: something nobody has heard of');

    it('is to word the question anew, or to leave it out', async () => {
      await on.session.send('Hello');
      on.server.script(step);
      await on.session.send('What is this?');
      assert.deepEqual(on.lastAnswer().notice?.actions, [
        'editQuestion',
        'leaveOutQuestion',
        'retry',
        'showLog',
      ]);
      await choose('leaveOutQuestion');
      assert.equal(on.server.requests.length, 2, 'nothing is asked');
      assert.equal(on.questions()[1]?.leftOut, true);
      await on.assertGoesOn();
      assert.doesNotMatch(said(2), /What is this\?/);
      assert.match(said(2), /One question and its answer are left out here by the user\./);
    });

    it('takes a question in again that is asked again', async () => {
      await on.session.send('Hello');
      on.server.script(step);
      await on.session.send('What is this?');
      await choose('leaveOutQuestion');
      await on.session.retry(on.lastAnswer().id);
      assert.equal(on.lastAnswer().status, 'complete');
      assert.match(said(2), /What is this\?/);
      on.server.script(step);
      await on.session.send('And that?');
      await choose('leaveOutQuestion');
      await on.session.edit(on.questions()[2]?.id ?? '', 'Or that?');
      assert.equal(on.lastAnswer().status, 'complete');
      assert.match(said(4), /Or that\?/);
    });

    it('is to word it anew when nothing was answered yet', async () => {
      on.server.script(step);
      await on.session.send('What is this?');
      assert.equal(on.lastAnswer().notice?.actions[0], 'editQuestion');
      await on.session.edit(on.questions()[0]?.id ?? '', 'Hello');
      assert.equal(on.lastAnswer().status, 'complete');
    });
  });

  describe('from a conversation that has become too long', () => {
    const TOO_LONG: readonly (readonly [title: string, step: Step])[] = [
      [
        'by the word of the server, with figures',
        refused('prompt is too long: 210000 tokens > 200000 maximum'),
      ],
      ['by the word of the server', refused('prompt is too long')],
      ['by a 413 of the API', { kind: 'error', status: 413 }],
      ['by a 413 of a proxy', { kind: 'error', status: 413, html: '<h1>Too Large</h1>' }],
      ['by the end of its answer', { kind: 'contextWindowExceeded', text: 'So far' }],
    ];
    for (const [title, step] of TOO_LONG) {
      for (const action of [
        'sendImagesSmaller',
        'leaveOutOldestImages',
        'leaveOutOldestTurns',
      ] as const) {
        it(`${title}: ${action}`, async () => {
          await on.describeImage(await on.file('a.png', greyPng(1800, 1000)));
          await on.describeImage(await on.file('b.png', greyPng(1700, 1000)));
          on.server.script(step);
          await on.session.send('And now?');
          await choose(action);
          assert.equal(on.lastAnswer().status, 'complete');
          assert.equal(on.questions().length, 3, 'nothing is lost');
          const [first, second] = sentWidths(3);
          if (action === 'sendImagesSmaller') {
            assert.ok((first ?? 0) <= 1568 && (second ?? 0) <= 1568);
          } else {
            assert.deepEqual([first, second], [1700, undefined]);
            assert.match(said(3), /Image 1 \(a\.png\)/);
          }
          await on.assertGoesOn();
        });
      }
    }

    it('says what each choice does', async () => {
      await on.describeImage(await on.file('a.png', greyPng(1800, 1000)));
      on.server.script(refused('prompt is too long'));
      await on.session.send('And now?');
      assert.match(message(), /^This conversation is longer than the model can take\./);
      assert.match(message(), /saves [\d,]+ tokens with every message; what is cached of them is/);
      assert.match(message(), /Oldest images: a\.png\./);
      assert.match(message(), /Oldest turns: the first question and its answer\./);
      assert.match(message(), /stays in sight\.$/);
    });

    it('by more images than the server takes', async () => {
      const uris = [1, 2, 3].map((n) => on.file(`${n}.png`, greyPng(40 + n, 30)));
      await on.describeImage(...(await Promise.all(uris)));
      on.server.script(refused('Too much media: 0 document pages + 3 images > 1'));
      await on.session.send('And now?');
      assert.match(message(), /has 3 images, and the model takes 1 .* Oldest images: 1\.png and 2/);
      await choose('leaveOutOldestImages');
      assert.deepEqual(sentWidths(2), [43]);
      assert.match(said(2), /Image 1 \(1\.png\) is left out by the user, to make room/);
      assert.equal(on.sent()[0]?.state, 'failed');
      await on.assertGoesOn();
    });

    it('is asked before anything is sent when it is too long for the model', async () => {
      await settings().update('model', 'claude-haiku-4-5', vscode.ConfigurationTarget.Global);
      on.server.script({ kind: 'answer', text: 'Read.', times: 2 });
      await on.session.send(`Read this: ${'word '.repeat(80_000)}`);
      assert.equal(on.lastAnswer().status, 'complete');
      await on.session.send(`And this: ${'word '.repeat(80_000)}`);
      assert.equal(on.server.requests.length, 1, 'the second was not sent');
      assert.match(
        message(),
        /longer than the model can take: [\d,]+ tokens, where there is room for 191,808/,
      );
      await choose('leaveOutOldestTurns');
      assert.equal(on.lastAnswer().status, 'complete');
      await on.assertGoesOn();
    });

    it('leads to another question or conversation when there is nothing to leave out', async () => {
      on.server.script(refused('prompt is too long'));
      await on.session.send('A very long question');
      assert.deepEqual(on.lastAnswer().notice?.actions, ['editQuestion', 'newConversation']);
      await on.session.edit(on.questions()[0]?.id ?? '', 'Short');
      assert.equal(on.lastAnswer().status, 'complete');
    });
  });

  describe('with another model', () => {
    const useModel = (model: string) =>
      settings().update('model', model, vscode.ConfigurationTarget.Global);

    it('is none that changes what was sent, whatever the model looks at of it', async () => {
      await on.describeImage(await on.file('wide.png', greyPng(1920, 1080)));
      const asSent = on.sent()[0];
      const sees = async (model: string | undefined) => {
        await settings().update('model', model, vscode.ConfigurationTarget.Global);
        await on.session.modelChanged();
        const { prepared, labels } = on.sent()[0] ?? {};
        return [prepared?.tokens, labels?.details];
      };
      assert.deepEqual(await sees('claude-haiku-4-5'), [
        1560,
        '1920x1080 · 1,560 tokens · $0.0016',
      ]);
      await on.session.send('And now?');
      assert.equal(on.lastAnswer().status, 'complete');
      assert.equal(on.session.state.notice, undefined);
      assert.equal(bodyOf(on.server.requests[1]).output_config, undefined, 'it knows no effort');
      assert.equal(on.sent()[0]?.prepared?.tokens, 1560);
      assert.deepEqual(await sees(undefined), [2691, asSent?.labels.details]);
      await on.session.send('And now?');
      const [first, ...later] = on.server.requests.map((request) => bodyOf(request).messages[0]);
      assert.deepEqual(later, [first, first], 'to the byte');
      assert.deepEqual(on.sent()[0]?.prepared, asSent?.prepared);
    });

    it('is a choice before anything is sent when it takes fewer images than there are', async () => {
      await useModel('claude-opus-5-5');
      await on.describeImage(await on.file('a.png', greyPng(40, 30)));
      const [question, answer] = on.session.state.turns;
      assert.ok(question?.role === 'user' && answer);
      const images = Array.from({ length: 101 }, (_, index) => ({
        ...question.images[0],
        id: `i${index}`,
        name: `${index + 1}.png`,
        number: index + 1,
      })) as readonly AttachedImage[];
      const conversation: Conversation = {
        ...on.session.state,
        turns: [{ ...question, labelled: true, images }, answer],
        numbersGiven: images.length,
      };
      const session = new ConversationSession(on.services, { conversation, view: { draft: '' } });
      const last = (): AssistantTurn | undefined =>
        session.state.turns.findLast((turn) => turn.role === 'assistant');
      await session.send('And now?');
      assert.deepEqual([last()?.status, on.server.requests.length], ['complete', 2]);
      await useModel('claude-haiku-4-5');
      await session.send('And then?');
      assert.equal(on.server.requests.length, 2, 'it was not sent');
      assert.match(last()?.notice?.message ?? '', /101 images, and the model takes 100/);
      assert.deepEqual(last()?.notice?.actions, [
        'leaveOutOldestImages',
        'leaveOutOldestTurns',
        'newConversation',
      ]);
      await actOnNotice(session, 'leaveOutOldestImages', last()?.id ?? '');
      assert.equal(last()?.status, 'complete');
      assert.equal(imagesOf(on.server.requests[2]).length, 100);
      session.dispose();
    });

    it('is to choose one when that one is retired', async () => {
      await on.describeImage(await on.file('a.png', greyPng(40, 30)));
      await useModel('claude-3-7-sonnet');
      await on.session.send('And now?');
      assert.match(message(), /model claude-3-7-sonnet is not known .* may have been retired/);
      assert.deepEqual(on.lastAnswer().notice?.actions, ['selectModel', 'retry']);
      await useModel('claude-opus-5-5');
      await choose('retry');
      assert.equal(on.lastAnswer().status, 'complete');
      assert.equal(imagesOf(on.server.requests.at(-1)).length, 1);
    });
  });
});
