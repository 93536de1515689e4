import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { greyPng } from '../support/pngFile.ts';
import { imagesOf } from '../support/received.ts';
import { sampleImage } from '../support/sample.ts';
import { Panel } from './panel.ts';
import { usePractice } from './practice.ts';

describe('Describe Image', () => {
  const practice = usePractice();

  it('streams a description of a right-clicked image and answers a follow-up about it', async () => {
    const { server } = practice;
    const { workbench } = await practice.open({
      files: { 'images/waterfall.jpg': sampleImage('waterfall.jpg') },
    });
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
    await panel.questions.getByRole('button', { name: /waterfall\.jpg/ }).waitFor();

    await panel.send('What do I see in it?');
    assert.match(await panel.answer(1), /1 image from this conversation|still have 1 image/i);
    const [first, second] = server.requests;
    const [image] = imagesOf(second);
    assert.deepEqual([image?.width, image?.height], [1800, 1200], 'it is sent upright');
    assert.equal(image?.sha256, imagesOf(first)[0]?.sha256, 'and the same bytes again');

    await workbench.screenshot('describe-dark');
    await workbench.setTheme('Light Modern');
    await workbench.screenshot('describe-light');
  });

  it('describes several selected images in one question, numbered', async () => {
    const { server } = practice;
    const { workbench } = await practice.open({
      files: {
        'a.png': greyPng(40, 30),
        'b.png': greyPng(50, 30),
        'c.png': greyPng(60, 30),
      },
    });
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

  it('is not offered on folders and on files that are no images', async () => {
    const { workbench } = await practice.open({
      files: { 'folder.png/inside.txt': 'text', 'notes.md': '# Notes', 'a.png': greyPng(9, 9) },
    });
    // The menus of an extension come a moment after the window.
    await workbench.chooseInExplorer('a.png', 'Describe Image');
    for (const file of ['notes.md', 'folder.png']) {
      const items = await workbench.menuItems(workbench.file(file));
      assert.notEqual(items.length, 0);
      assert.equal(items.includes('Describe Image'), false, file);
    }
  });

  describe('on an open image', () => {
    it('is in the title, in the tab, in the menu of the preview and in the Command Palette', async () => {
      const { server } = practice;
      const { workbench, page } = await practice.open({ files: { 'open.png': greyPng(70, 30) } });
      await workbench.openFile('open.png');

      const ways: readonly (() => Promise<void>)[] = [
        () => page.getByRole('button', { name: 'Describe Image' }).click(),
        () => workbench.chooseFromMenu(workbench.tab('open.png'), 'Describe Image'),
        async () => {
          const preview = await workbench.frameWith((frame) => frame.locator('img.scale-to-fit'));
          await workbench.chooseFromMenu(preview.locator('img'), 'Describe Image');
        },
        () => workbench.runCommand('Vision for Claude: Describe Image'),
      ];
      for (const [index, describeIt] of ways.entries()) {
        await describeIt();
        const request = await server.waitForRequest();
        assert.deepEqual(
          imagesOf(request).map(({ width }) => width),
          [70],
          `way ${index + 1}`,
        );
        await (await Panel.of(workbench)).answer(0);
      }
    });
  });

  it('asks for a file when it is run from the Command Palette with no image open', async () => {
    const { server } = practice;
    const { workbench } = await practice.open({
      files: { 'pick.png': greyPng(80, 30) },
    });
    await workbench.runCommand('Vision for Claude: Describe Image');
    await workbench.pick('pick.png', 'Choose Images');
    assert.equal(imagesOf(await server.waitForRequest())[0]?.width, 80);
    await (await Panel.of(workbench)).answer(0);
  });
});
