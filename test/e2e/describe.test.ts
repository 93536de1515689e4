import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { HostWindow } from '../host/hostTypes.ts';
import { greyPng } from '../support/pngFile.ts';
import { imagesOf } from '../support/received.ts';
import { anyFormat } from '../support/anyFormat.ts';
import { sampleImage } from '../support/sample.ts';
import { Panel, tidyUp } from './panel.ts';
import { usePractice } from './practice.ts';

const ANY_FORMAT = await anyFormat();

describe('Describe Image', () => {
  const practice = usePractice();
  const shared = practice.share({
    files: {
      'images/waterfall.jpg': sampleImage('waterfall.jpg'),
      'folder.png/inside.txt': 'text',
      'notes.md': '# Notes',
      'a.png': greyPng(40, 30),
      'b.png': greyPng(50, 30),
      'c.png': greyPng(60, 30),
      ...ANY_FORMAT,
    },
  });

  beforeEach(() => tidyUp(shared.window.workbench));

  it('streams a description of a right-clicked image and answers a follow-up about it', async () => {
    const { server } = practice;
    const { workbench } = shared.window;
    server.script({
      kind: 'hold',
      afterDeltas: 3,
      chunkChars: 16,
      text: '# A waterfall\n\nIt falls **down a cliff** into a river.\n\n- blue\n- white\n',
    });
    await workbench.chooseInExplorer('images/waterfall.jpg', 'Describe Image');
    const panel = await Panel.of(workbench);

    // The answer is still held back: what is there has been streamed, and rendered as Markdown.
    await panel.answers.getByRole('heading', { name: 'A waterfall' }).waitFor();
    await panel.button('Stop').waitFor();
    server.release();
    assert.match(await panel.answer(0), /down a cliff into a river/);
    await panel.answers.getByRole('listitem').filter({ hasText: 'white' }).waitFor();
    await panel.usage.filter({ hasText: /\d tokens in · \d+ out · \$0\.\d{4}/ }).waitFor();
    await panel.questions.getByRole('button', { name: /^Open waterfall\.jpg/ }).waitFor();

    await panel.send('What do I see in it?');
    assert.match(await panel.answer(1), /1 image from this conversation|still have 1 image/i);
    const [first, second] = server.requests;
    const [image] = imagesOf(second);
    assert.deepEqual([image?.width, image?.height], [1800, 1200], 'it is sent upright');
    assert.equal(image?.sha256, imagesOf(first)[0]?.sha256, 'and the same bytes again');

    await panel.picture.waitFor();
    await workbench.screenshot('describe-dark');
    await workbench.setTheme('Light Modern');
    await workbench.screenshot('describe-light');
    await workbench.setTheme('Dark Modern');
  });

  it('describes several selected images in one question, numbered', async () => {
    const { server } = practice;
    const { workbench } = shared.window;
    await workbench.chooseInExplorer(['a.png', 'b.png', 'c.png'], 'Describe Image');
    const panel = await Panel.of(workbench);
    await panel.answer(0);
    assert.deepEqual(
      imagesOf(server.requests[0]).map(({ label, width }) => [label, width]),
      [
        ['Image 1: a.png', 40],
        ['Image 2: b.png', 50],
        ['Image 3: c.png', 60],
      ],
    );
    await panel.questions.getByText('Image 3: c.png').waitFor();
  });

  it('describes pictures of formats that the API does not take, and says what was done', async () => {
    const { server } = practice;
    const { workbench } = shared.window;
    const files = ['any/chart.svg', 'any/photo.avif', 'any/scan.tiff', 'any/sign.webp'];
    await workbench.chooseInExplorer(files, 'Describe Image');
    const panel = await Panel.of(workbench);
    await panel.answer(0);
    assert.deepEqual(
      imagesOf(server.requests[0]).map(({ label, mediaType, width, height }) => [
        label,
        mediaType,
        `${width}x${height}`,
      ]),
      [
        ['Image 1: chart.svg', 'image/png', '640x400'],
        ['Image 2: photo.avif', 'image/jpeg', '600x400'],
        ['Image 3: scan.tiff', 'image/jpeg', '600x400'],
        ['Image 4: sign.webp', 'image/webp', '300x200'],
      ],
    );
    await panel.questions.getByTitle('SVG to PNG').waitFor();
    await panel.questions.getByTitle('AVIF to JPEG').waitFor();
    await panel.questions.getByTitle(/TIFF to JPEG\s+turned upright/).waitFor();
    await panel.questions.scrollIntoViewIfNeeded();
    await workbench.screenshot('any-format');
  });

  it('is offered on images, and not on folders and on files that are none', async () => {
    const { workbench } = shared.window;
    const offered = async (file: string): Promise<boolean> =>
      (await workbench.menuItems(await workbench.reveal(file))).includes('Describe Image');
    assert.deepEqual(
      [await offered('a.png'), await offered('notes.md'), await offered('folder.png')],
      [true, false, false],
    );
  });

  const ways: readonly [title: string, describeIt: (window: HostWindow) => Promise<void>][] = [
    ['in its title', ({ page }) => page.getByRole('button', { name: 'Describe Image' }).click()],
    [
      'in the menu of its tab',
      ({ workbench }) => workbench.chooseFromMenu(workbench.tab('b.png'), 'Describe Image'),
    ],
    [
      'in the menu of its preview',
      async ({ workbench }) => {
        const preview = await workbench.frameWith((frame) => frame.locator('img.scale-to-fit'));
        await workbench.chooseFromMenu(preview.locator('img'), 'Describe Image');
      },
    ],
    [
      'in the Command Palette',
      ({ workbench }) => workbench.runCommand('Vision for Claude: Describe Image'),
    ],
  ];
  for (const [title, describeIt] of ways) {
    it(`describes an open image, chosen ${title}`, async () => {
      const { server } = practice;
      const { workbench } = shared.window;
      await workbench.openFile('b.png');
      await describeIt(shared.window);
      const [image] = imagesOf(await server.waitForRequest());
      assert.equal(image?.width, 50);
      await (await Panel.of(workbench)).answer(0);
    });
  }

  it('asks for a file when it is run from the Command Palette with no image open', async () => {
    const { server } = practice;
    const { workbench } = shared.window;
    await workbench.runCommand('Vision for Claude: Describe Image');
    await workbench.pick('c.png', 'Choose Images');
    const [image] = imagesOf(await server.waitForRequest());
    assert.equal(image?.width, 60);
    await (await Panel.of(workbench)).answer(0);
  });
});
