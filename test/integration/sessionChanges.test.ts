import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { greyPng } from '../support/pngFile.ts';
import { bodyOf, imagesOf } from '../support/received.ts';
import { useSession, type SessionTest } from './sessionSetup.ts';

describe('a conversation that is changed afterwards', () => {
  const current = useSession();
  let on: SessionTest;
  beforeEach(() => {
    on = current();
  });

  /** All text that a request says in the user's name, a line each. */
  const said = (index: number): string =>
    bodyOf(on.server.requests[index])
      .messages.filter(({ role }) => role === 'user')
      .flatMap(({ content }) =>
        typeof content === 'string'
          ? [content]
          : content.map((block) => (block.type === 'text' ? block.text : '')),
      )
      .join('\n');

  describe('when a question is edited', () => {
    it('asks in the new words, with the images, and forgets what came after', async () => {
      await on.describeImage(await on.file('a.png', greyPng(40, 30)));
      await on.session.send('What did I ask?');
      const [first] = on.questions();
      assert.ok(first);
      await on.session.edit(first.id, '  What colour is it?  ');
      assert.equal(on.questions().length, 1);
      assert.equal(on.questions()[0]?.text, 'What colour is it?');
      assert.equal(on.lastAnswer().status, 'complete');
      assert.equal(bodyOf(on.server.requests[2]).messages.length, 1);
      assert.equal(said(2).trim(), 'What colour is it?');
      assert.deepEqual(
        imagesOf(on.server.requests[2]).map(({ width }) => width),
        [40],
      );
      await on.assertGoesOn();
    });

    it('asks without words about its images', async () => {
      await on.describeImage(await on.file('a.png', greyPng(40, 30)));
      await on.session.edit(on.questions()[0]?.id ?? '', ' ');
      assert.equal(on.lastAnswer().status, 'complete');
      assert.equal(on.server.requests.length, 2);
      assert.equal(said(1).trim(), '');
    });

    it('does nothing when there would be nothing to ask', async () => {
      await on.session.send('Hello');
      const before = on.session.state;
      await on.session.edit(on.questions()[0]?.id ?? '', ' \n');
      await on.session.edit('gone', 'What?');
      await on.session.edit(on.lastAnswer().id, 'What?');
      assert.equal(on.session.state, before);
    });

    it('does nothing while an answer is on its way', async () => {
      on.server.script({ kind: 'hold', afterDeltas: 1, text: 'One', chunkChars: 1 });
      const done = on.session.send('Hello');
      await on.until(() => on.lastAnswer().text !== '');
      const before = on.session.state;
      await on.session.edit(on.questions()[0]?.id ?? '', 'What?');
      assert.equal(on.session.state, before);
      on.server.release();
      await done;
    });

    it('drops nothing when there is no key, and says so until there is one', async () => {
      await on.session.send('Hello');
      await on.session.send('And now?');
      const { turns } = on.session.state;
      on.apiKey = undefined;
      await on.session.edit(on.questions()[0]?.id ?? '', 'Good morning');
      assert.equal(on.session.state.turns, turns);
      assert.deepEqual(on.session.state.notice?.actions, ['setApiKey', 'getApiKey']);
      on.apiKey = on.server.apiKey;
      await on.session.keyWasSet({ goOn: true });
      assert.equal(on.session.state.notice, undefined);
      assert.equal(on.session.state.turns, turns, 'it goes when the user sends it again');
    });
  });

  describe('when an exchange is deleted', () => {
    it('goes on without it', async () => {
      await on.describeImage(await on.file('a.png', greyPng(40, 30)));
      await on.session.send('What did I ask?');
      await on.session.deleteExchange(on.questions()[0]?.id ?? '');
      assert.equal(on.session.state.turns.length, 2);
      await on.assertGoesOn();
      assert.deepEqual(imagesOf(on.server.requests[2]), []);
      assert.doesNotMatch(said(2), /Describe this image/);
      assert.match(said(2), /What did I ask\?/);
    });

    it('stops its answer first, and takes the next question', async () => {
      on.server.script({ kind: 'hold', afterDeltas: 1, text: 'One', chunkChars: 1 });
      const done = on.session.send('Hello');
      await on.until(() => on.lastAnswer().text !== '');
      await on.session.deleteExchange(on.questions()[0]?.id ?? '');
      assert.deepEqual(on.session.state.turns, []);
      await on.assertGoesOn();
      await done;
      await on.server.requests[0]?.ended;
      assert.equal(on.server.requests[0]?.aborted, true);
    });

    it('gives up the retry that it waits for', async () => {
      on.server.script({ kind: 'error', status: 529, retryAfter: 300 });
      const done = on.session.send('Hello');
      await on.until(() => on.lastAnswer().retry !== undefined);
      await on.session.deleteExchange(on.questions()[0]?.id ?? '');
      await done;
      assert.deepEqual(on.session.state.turns, []);
      await on.assertGoesOn();
    });

    it('gives numbers of its images to no other', async () => {
      await on.describeImage(await on.file('a.png', greyPng(40, 30)));
      await on.session.deleteExchange(on.questions()[0]?.id ?? '');
      await on.describeImage(await on.file('b.png', greyPng(50, 30)));
      assert.deepEqual(
        imagesOf(on.server.requests[1]).map(({ label }) => label),
        ['Image 2: b.png'],
      );
    });
  });

  describe('when a sent image is removed or replaced', () => {
    beforeEach(async () => {
      await on.describeImage(
        await on.file('a.png', greyPng(40, 30)),
        await on.file('b.png', greyPng(50, 30)),
      );
    });
    const labels = (index: number): readonly (readonly [string | null, number])[] =>
      imagesOf(on.server.requests[index]).map(({ label, width }) => [label, width]);

    it('sends a line in its place from then on, and the others keep their numbers', async () => {
      on.session.removeImage(on.sent()[0]?.id ?? '');
      assert.equal(on.sent()[0]?.state, 'removed');
      await on.session.send('And now?');
      assert.deepEqual(labels(1), [['Image 2: b.png', 50]]);
      assert.match(said(1), /^Image 1 \(a\.png\) was removed/m);
      assert.equal(on.lastAnswer().status, 'complete');
    });

    it('sends another in its place under its number', async () => {
      await on.replace(on.sent()[0]?.id ?? '', await on.file('new.png', greyPng(60, 30)));
      const [image] = on.sent();
      assert.deepEqual(
        [image?.name, image?.number, image?.replaces, image?.state],
        ['new.png', 1, 'a.png', 'ready'],
      );
      await on.session.send('And now?');
      assert.deepEqual(
        labels(1).map(([, width]) => width),
        [60, 50],
      );
      assert.match(said(1), /Image 1: new\.png/);
    });

    it('asks again with what is there by then, also while an answer was on its way', async () => {
      on.server.script({ kind: 'hold', afterDeltas: 1, text: 'One', chunkChars: 1 });
      const done = on.session.send('And now?');
      await on.until(() => on.lastAnswer().text !== '');
      on.session.removeImage(on.sent()[1]?.id ?? '');
      on.server.release();
      await done;
      assert.equal(labels(1).length, 2, 'what was under way is as it was');
      await on.session.retry(on.lastAnswer().id);
      assert.deepEqual(
        labels(2).map(([, width]) => width),
        [40],
      );
    });

    it('waits for the image in its place before it asks again', async () => {
      const uri = await on.file('large.png', greyPng(3000, 2000));
      const replaced = on.replace(on.sent()[0]?.id ?? '', uri);
      assert.equal(on.sent()[0]?.state, 'preparing');
      await on.session.retry(on.lastAnswer().id);
      await replaced;
      assert.equal(imagesOf(on.server.requests[1]).length, 2);
    });

    it('says why the image in its place cannot be sent, and goes on without it', async () => {
      await on.replace(on.sent()[0]?.id ?? '', await on.file('words.png', 'just words'));
      assert.equal(on.sent()[0]?.state, 'failed');
      assert.match(on.sent()[0]?.notice?.message ?? '', /words\.png is not an image/);
      await on.assertGoesOn();
      assert.deepEqual(
        labels(1).map(([, width]) => width),
        [50],
      );
    });
  });

  describe('when Claude is to go on', () => {
    it('asks without what is attached for the next message', async () => {
      on.server.script({ kind: 'maxTokens', text: 'Half an' });
      await on.session.send('Hello');
      await on.attach(await on.file('next.png', greyPng(40, 30)));
      await on.session.continueAnswer(on.lastAnswer().id, 'Go on.');
      assert.equal(on.lastAnswer().status, 'complete');
      assert.deepEqual(imagesOf(on.server.requests[1]), []);
      assert.match(said(1), /Go on\.$/);
      assert.equal(on.session.state.attachments.length, 1);
      await on.session.send('What is it?');
      assert.equal(imagesOf(on.server.requests[2]).length, 1);
    });

    it('puts nothing into the message box when it cannot', async () => {
      await on.session.send('Hello');
      on.apiKey = undefined;
      await on.session.continueAnswer(on.lastAnswer().id, 'Go on.');
      assert.equal(on.heldText(), undefined);
      assert.deepEqual(on.session.state.notice?.actions, ['setApiKey', 'getApiKey']);
      assert.equal(on.server.requests.length, 1);
    });
  });

  it('puts another image in the place of one that is not sent yet', async () => {
    await on.attach(
      await on.file('a.png', greyPng(40, 30)),
      await on.file('b.png', greyPng(50, 30)),
    );
    const [first] = on.session.state.attachments;
    await on.replace(first?.id ?? '', await on.file('new.png', greyPng(60, 30)));
    await on.session.send('Compare them.');
    assert.deepEqual(
      imagesOf(on.server.requests[0]).map(({ label }) => label),
      ['Image 1: new.png', 'Image 2: b.png'],
    );
  });
});
