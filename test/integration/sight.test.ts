import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import sharp from 'sharp';
import * as vscode from 'vscode';
import type { AttachedImage } from '../../src/core/conversation/conversation.ts';
import { picturesOf } from '../../src/core/conversation/pictures.ts';
import type { Sight } from '../../src/core/conversation/sightProtocol.ts';
import { estimateTokens } from '../../src/core/plan/estimateTokens.ts';
import { probeWhole } from '../../src/core/formats/probe.ts';
import { sentSight } from '../../src/host/panel/sightContent.ts';
import { SightSubject } from '../../src/host/panel/sightSubject.ts';
import { readSettings } from '../../src/host/settings/settings.ts';
import { greyPng } from '../support/pngFile.ts';
import { imagesOf } from '../support/received.ts';
import { settings, useSession, type SessionTest } from './sessionSetup.ts';

const setModel = (model: string | undefined) =>
  settings().update('model', model, vscode.ConfigurationTarget.Global);

describe('an image as Claude sees it', () => {
  const current = useSession();
  let on: SessionTest;
  let subject: SightSubject | undefined;

  beforeEach(() => {
    on = current();
  });
  afterEach(async () => {
    subject?.dispose();
    subject = undefined;
    await setModel(undefined);
  });

  /** A tall page, as a browser captures it whole. */
  const page = (name: string) => on.file(name, greyPng(1600, 7600));
  const attached = (index = 0): AttachedImage =>
    on.session.state.attachments[index] ?? assert.fail('Nothing is attached.');
  const look = (image: AttachedImage): SightSubject => {
    subject = new SightSubject(on.session, image, on.services);
    return subject;
  };
  const sightWhen = async (
    of: SightSubject,
    reached: (sight: Sight) => boolean,
  ): Promise<Sight> => {
    if (!reached(of.sight)) {
      await new Promise<void>((resolve) => {
        const listening = of.onDidChange(() => {
          if (reached(of.sight)) {
            listening.dispose();
            resolve();
          }
        });
      });
    }
    return of.sight;
  };
  const isRead = ({ original }: Sight): boolean =>
    original.key !== undefined || original.message !== undefined;
  /** Texts of the first question, and a sign for each image. */
  const blocks = (): readonly string[] => {
    const body = on.server.requests[0]?.body as {
      messages: { content: { type: string; text?: string }[] }[];
    };
    return (body.messages[0]?.content ?? []).map(({ type, text }) => text ?? type);
  };

  it('keeps a detail of its own when the model changes', async () => {
    await on.attach(await on.file('wide.png', greyPng(3000, 2000)), await page('tall.png'));
    await on.session.setDetail(attached().id, 'low');
    assert.equal(attached().prepared?.width, 768);
    await setModel('claude-haiku-4-5');
    await on.session.modelChanged();

    assert.equal(attached().prepared?.width, 768);
    assert.equal(attached().detail, 'low');
    assert.equal(attached(1).prepared?.height, 1568);
    await on.session.setDetail(attached().id, undefined);
    assert.ok((attached().prepared?.width ?? 0) > 768);
    assert.equal(attached().detail, undefined);
  });

  it('goes whole and then in its parts, in order and with their labels', async () => {
    await on.attach(await page('page.png'));
    await on.session.setDetail(attached().id, 'tiles');
    const { tiles = [], prepared, labels } = attached();
    assert.ok(tiles.length > 1);
    assert.match(labels.details, new RegExp(`^\\d+x\\d+ and ${tiles.length} parts · `));
    await on.session.send('Read it.');

    assert.equal(on.lastAnswer().status, 'complete');
    assert.deepEqual(
      imagesOf(on.server.requests[0]).map(({ width, height }) => [width, height]),
      [prepared, ...tiles].map((picture) => [picture?.width, picture?.height]),
    );
    assert.deepEqual(blocks(), [
      `Image 1: page.png, whole; then in ${tiles.length} overlapping parts with more detail, row by row from the top left`,
      'image',
      ...tiles.flatMap((_, index) => [
        `Image 1: page.png, part ${index + 1} of ${tiles.length}`,
        'image',
      ]),
      'Read it.',
    ]);
  });

  it('keeps its parts, made from themselves, when the original is gone', async () => {
    const uri = await page('page.png');
    await on.attach(uri);
    await on.session.setDetail(attached().id, 'tiles');
    const count = picturesOf(attached()).length;
    await rm(uri.fsPath);
    await on.session.modelChanged();

    assert.equal(attached().state, 'ready');
    assert.equal(picturesOf(attached()).length, count);
  });

  it('says what each choice costs, as the estimate does, and warns of small print', async () => {
    const uri = await page('page.png');
    await on.attach(uri);
    const { original, sent, choices, chosen, warning, locked } = await sightWhen(
      look(attached()),
      isRead,
    );

    const probed = probeWhole(greyPng(1600, 7600));
    assert.ok(probed.ok);
    const tokens = estimateTokens(probed.value, 1000, {
      model: 'claude-sonnet-5-5',
      detail: 'low',
      imagesInRequest: 20,
    });
    assert.match(original.facts, /^PNG · 1600x7600 · /);
    assert.match(sent?.facts ?? '', /^\d+x\d+ · PNG · .* tokens · \$/);
    assert.deepEqual(
      choices.map(({ detail }) => detail),
      ['asSet', 'native', 'standard', 'low', 'tiles'],
    );
    assert.ok(choices[3]?.cost.includes(`${tokens} tokens`), choices[3]?.cost);
    assert.equal(chosen, 'asSet');
    assert.equal(locked, undefined);
    assert.match(warning ?? '', /^Small print is likely to be lost: .*"Whole and \d+ parts" would/);
  });

  it('costs what its choice said once it is prepared so', async () => {
    await on.attach(await page('page.png'));
    const sight = look(attached());
    const { choices } = await sightWhen(sight, isRead);
    for (const detail of ['standard', 'low', 'tiles'] as const) {
      await on.session.setDetail(attached().id, detail);
      const { sent, warning } = sight.sight;
      const cost = choices
        .find((choice) => choice.detail === detail)
        ?.cost.split(' · ')
        .slice(1);
      assert.ok(cost && sent?.facts.endsWith(cost.join(' · ')), `${sent?.facts}: ${String(cost)}`);
      assert.equal(warning === undefined, detail === 'tiles');
    }
    assert.equal(sight.sight.sent?.parts.length, attached().tiles?.length);
  });

  it('is fixed once it is sent, and attached again in the same detail', async () => {
    await on.attach(await page('page.png'));
    await on.session.setDetail(attached().id, 'low');
    await on.session.send('Read it.');
    const [image = assert.fail()] = on.sent();
    const { locked, chosen } = await sightWhen(look(image), isRead);
    assert.match(locked ?? '', /Bytes once sent never change/);
    assert.equal(chosen, 'low');
    await on.session.setDetail(image.id, 'tiles');
    assert.deepEqual(on.sent(), [image]);

    const again = on.session.attachAgain(image.id);
    await on.until(({ attachments }) => attachments[0]?.state === 'ready');
    assert.equal(attached().id, again);
    assert.equal(attached().detail, 'low');
    assert.equal(attached().prepared?.sha256, image.prepared?.sha256);
  });

  it('says so when the file has changed since, or is gone', async () => {
    const uri = await page('page.png');
    await on.attach(uri);
    await writeFile(uri.fsPath, greyPng(50, 50));
    const changed = await sightWhen(look(attached()), isRead);
    assert.match(changed.original.message ?? '', /has changed since it was read/);
    assert.equal(changed.original.key, undefined);
    assert.match(changed.original.facts, /1600x7600/);
    subject?.dispose();

    await rm(uri.fsPath);
    const gone = await sightWhen(look(attached()), isRead);
    assert.match(gone.original.message ?? '', /is no longer there/);
  });

  it('shows a copy of what no page can show, and says so', async () => {
    const tiff = await sharp(greyPng(300, 200)).tiff().toBuffer();
    await on.attach(await on.file('scan.tiff', tiff));
    const sight = look(attached());
    const { original } = await sightWhen(sight, isRead);
    assert.match(original.message ?? '', /converted copy in full size: .* TIFF/);

    const picture = await sight.picture(original.key ?? '');
    assert.equal(picture?.mediaType, 'image/png');
    const probed = probeWhole(picture.bytes);
    assert.ok(probed.ok);
    assert.deepEqual(probed.value.size, { width: 300, height: 200 });
  });

  it('gives the bytes of its own pictures and of no others', async () => {
    await on.attach(await page('page.png'), await on.file('b.png', greyPng(20, 20)));
    const sight = look(attached());
    await sightWhen(sight, isRead);

    const { original } = sight.sight;
    for (const key of [attached().prepared?.sha256, original.key]) {
      // A Buffer would not arrive at the page as bytes.
      assert.equal((await sight.picture(key ?? ''))?.bytes.constructor, Uint8Array);
    }
    assert.equal(await sight.picture(attached(1).prepared?.sha256 ?? ''), undefined);
  });

  it('says that it is gone when it is removed', async () => {
    await on.attach(await page('page.png'));
    const sight = look(attached());
    on.session.removeImage(attached().id);

    assert.equal(sight.sight.state, 'gone');
    assert.match(sight.sight.message ?? '', /no longer in the conversation/);
  });

  it('ends with its conversation', async () => {
    await on.attach(await page('page.png'));
    const sight = look(attached());
    let ended = false;
    sight.onDidEnd(() => (ended = true));
    on.session.dispose();

    assert.equal(ended, true);
  });

  it('lays no parts on the original that were cut in another way', async () => {
    await on.attach(await page('page.png'));
    await on.session.setDetail(attached().id, 'tiles');
    const image = attached();
    const tiles = image.tiles ?? assert.fail('It has no parts.');
    const cut = { ...image, tiles: tiles.map((tile) => ({ ...tile, height: tile.height - 1 })) };
    const bytes = greyPng(1600, 7600);
    const probed = probeWhole(bytes);
    assert.ok(probed.ok);
    const { model, detail } = readSettings();
    const source = { header: probed.value, byteLength: bytes.length, isOriginal: true };
    const planned = { source, model, set: detail, otherPictures: 0 };

    assert.equal(sentSight(image, planned).sent?.parts.length, tiles.length);
    assert.equal(sentSight(cut, planned).sent?.parts.length, 1);
  });

  it('has no room for parts where a conversation is full of images', async () => {
    await on.attach(await page('page.png'));
    const small = await on.file('small.png', greyPng(30, 30));
    await on.attach(...Array.from({ length: 97 }, () => small));
    const { choices } = await sightWhen(look(attached()), isRead);
    assert.match(choices.at(-1)?.unavailable ?? '', /takes 100 images/);
    await on.session.setDetail(attached().id, 'tiles');

    assert.equal(attached().state, 'ready');
    assert.equal(attached().tiles, undefined);
  });
});
