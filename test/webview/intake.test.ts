import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import type { OfferedFile } from '../../src/core/conversation/protocol.ts';
import { PageHarness } from './harness.ts';
import type { OpenPage } from './harness.ts';
import { conversation, image, SCENES } from './scenes.ts';

/** A drag as the browser's protocol has it: real files by their paths, data by its kind. */
interface Dragged {
  readonly files?: readonly string[];
  readonly items?: readonly { readonly mimeType: string; readonly data: string }[];
}

const PIXEL = 'R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs=';

const empty = SCENES['empty'] ?? assert.fail();
const overlay = ({ page }: OpenPage) => page.locator('.drop-overlay');

describe('images that come into the page', function () {
  this.timeout(60_000);
  let harness: PageHarness;
  let folder: string;

  before(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'vision-intake-'));
    harness = await PageHarness.start();
  });
  afterEach(() => harness.closePages());
  after(async () => {
    await harness.stop();
    await fs.rm(folder, { recursive: true, force: true });
  });

  async function open(): Promise<OpenPage> {
    const opened = await harness.open();
    await opened.page
      .context()
      .grantPermissions(['clipboard-read', 'clipboard-write'], { origin: harness.server.url });
    await opened.show(empty);
    return opened;
  }

  async function write(name: string, contents: string): Promise<string> {
    const file = path.join(folder, name);
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, contents);
    return file;
  }

  async function drag(
    { page }: OpenPage,
    { files = [], items = [] }: Dragged,
    types: readonly ('dragEnter' | 'dragOver' | 'drop')[] = ['dragEnter', 'dragOver', 'drop'],
    at = { x: 200, y: 200 },
  ): Promise<void> {
    const session = await page.context().newCDPSession(page);
    for (const type of types) {
      await session.send('Input.dispatchDragEvent', {
        type,
        ...at,
        data: { items: [...items], files: [...files], dragOperationsMask: 1 },
      });
    }
  }

  /** What the page gets when a drag leaves it there, or becomes invisible to it. */
  const leave = ({ page }: OpenPage, clientX: number) =>
    page.evaluate((x) => {
      const event = new DragEvent('dragleave', { bubbles: true, clientX: x, clientY: 200 });
      document.body.dispatchEvent(event);
    }, clientX);

  const filesOf = (message: Record<string, unknown> | undefined): readonly OfferedFile[] => {
    const files = message?.['files'];
    return Array.isArray(files) ? files : [];
  };
  const names = (message: Record<string, unknown> | undefined) =>
    filesOf(message).map(({ name }) => name);

  describe('by dropping', () => {
    it('offers files in their order, and hands over those that the host asks for', async () => {
      const opened = await open();
      const files = [await write('b.png', 'second'), await write('a.png', 'first!')];
      await drag(opened, { files });
      const [offer] = await opened.waitForPosted('offerFiles');
      const offered = filesOf(offer);
      assert.deepEqual(
        offered.map(({ name, byteLength }) => [name, byteLength]),
        [
          ['b.png', 6],
          ['a.png', 6],
        ],
      );
      assert.deepEqual(await opened.posted('filePiece'), []);

      const wanted = offered[1]?.fileId ?? '';
      await opened.send({ type: 'sendPiece', fileId: wanted, from: 0 });
      await opened.waitForPosted('filePiece');
      const bytes = await opened.page.evaluate(() =>
        window.harness.posted
          .filter(({ type }) => type === 'filePiece')
          .map(({ bytes: one }) => [
            one instanceof Uint8Array,
            new TextDecoder().decode(one as Uint8Array),
          ]),
      );
      assert.deepEqual(bytes, [[true, 'first!']]);

      await opened.send({ type: 'sendPiece', fileId: wanted, from: 0 });
      assert.deepEqual(await opened.waitForPosted('fileFailed'), [
        { type: 'fileFailed', fileId: wanted },
      ]);
    });

    it('keeps files over a change of the conversation, and says so of those that are gone', async () => {
      const opened = await open();
      const file = await write('gone.png', 'here');
      await drag(opened, { files: [file] });
      await fs.rm(file);
      const [offer] = await opened.waitForPosted('offerFiles');
      const [{ fileId } = { fileId: '' }] = filesOf(offer);
      await opened.send({ type: 'sendPiece', fileId, from: 0 });
      await opened.waitForPosted('fileFailed');

      await drag(opened, { files: [await write('kept.png', 'here')] });
      const [, second] = await opened.waitForPosted('offerFiles', 2);
      const [kept = { fileId: '' }] = filesOf(second);
      await opened.show(conversation({ id: 'another' }));
      await opened.send({ type: 'sendPiece', fileId: kept.fileId, from: 0 });
      const [sent] = await opened.waitForPosted('filePiece');
      assert.equal(sent?.['fileId'], kept.fileId);
      assert.equal((await opened.posted('fileFailed')).length, 1);
    });

    it('keeps the first thousand files of each drop, and says how many more there were', async () => {
      const opened = await open();
      const drop = (count: number) =>
        opened.page.evaluate((files) => {
          const dataTransfer = new DataTransfer();
          for (let index = 0; index < files; index += 1) {
            dataTransfer.items.add(new File(['x'], `${index}.png`));
          }
          const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
          document.body.dispatchEvent(event);
        }, count);
      await drop(1);
      await drop(1002);

      const [first, second] = await opened.waitForPosted('offerFiles', 2);
      assert.equal(first?.['leftOut'], undefined);
      assert.equal(second?.['leftOut'], 2);
      const offered = [...filesOf(first), ...filesOf(second)];
      assert.equal(offered.length, 1001);
      for (const wanted of [offered[0], offered[1], offered.at(-1)]) {
        await opened.send({ type: 'sendPiece', fileId: wanted?.fileId ?? '', from: 0 });
      }
      await opened.waitForPosted('filePiece', 3);
      assert.deepEqual(await opened.posted('fileFailed'), []);
    });

    it('looks into folders for images, in natural order', async () => {
      const opened = await open();
      for (const name of ['10.png', '2.PNG', 'notes.txt', 'inner/1.jpg']) {
        await write(path.join('shots', name), name);
      }
      const beside = await write('z.txt', 'text');
      await drag(opened, { files: [path.join(folder, 'shots'), beside] });

      const [offer] = await opened.waitForPosted('offerFiles');
      assert.deepEqual(names(offer), ['2.PNG', '10.png', '1.jpg', 'z.txt']);
      assert.deepEqual(
        filesOf(offer).map(({ folder: name }) => name),
        ['shots', 'shots', 'shots', undefined],
      );
      assert.deepEqual(Object.keys(offer ?? {}).toSorted(), ['files', 'type']);
    });

    it('takes of a folder only what can be read as an image', async () => {
      const opened = await open();
      for (const name of ['a.psd', 'b.jxl', 'c.jp2', 'd.png']) {
        await write(path.join('formats', name), name);
      }
      await drag(opened, { files: [path.join(folder, 'formats')] });

      const [offer] = await opened.waitForPosted('offerFiles');
      assert.deepEqual(names(offer), ['d.png']);
    });

    it('says that a folder holds more than it looks through', async () => {
      const opened = await open();
      const large = path.join(folder, 'large');
      await fs.mkdir(large);
      const files = Array.from({ length: 1001 }, (_, index) => path.join(large, `${index}.txt`));
      await Promise.all(files.map((file) => fs.writeFile(file, '')));
      await drag(opened, { files: [large] });

      const [offer] = await opened.waitForPosted('offerFiles');
      assert.deepEqual(offer, { type: 'offerFiles', files: [], unsearched: true });
    });

    it('counts what it cannot read in a folder', async () => {
      const opened = await open();
      await write(path.join('unreadable', 'a.png'), 'a');
      await opened.page.evaluate(() => {
        // As of a folder that is gone, or not the user's to read.
        const readEntries: FileSystemDirectoryReader['readEntries'] = (_, fail) =>
          fail?.(new DOMException('Gone.'));
        const entry = {
          isDirectory: true,
          name: 'unreadable',
          createReader: () => ({ readEntries }),
        };
        DataTransferItem.prototype.webkitGetAsEntry = () => entry as FileSystemDirectoryEntry;
      });
      await drag(opened, { files: [path.join(folder, 'unreadable')] });

      const [offer] = await opened.waitForPosted('offerFiles');
      assert.deepEqual(offer, { type: 'offerFiles', files: [], unreadable: 1 });
    });

    it('attaches files of the Explorer by their addresses, all and in order', async () => {
      const opened = await open();
      const uris = ['file:///w/b.png', 'file:///w/folder', 'file:///w/a%20b.png'];
      await drag(opened, {
        items: [
          { mimeType: 'application/vnd.code.uri-list', data: uris.join('\r\n') },
          { mimeType: 'text/uri-list', data: uris[0] ?? '' },
          { mimeType: 'text/plain', data: '/w/b.png\n/w/folder\n/w/a b.png' },
        ],
      });
      assert.deepEqual(await opened.waitForPosted('attachUris'), [{ type: 'attachUris', uris }]);
    });

    it('understands the older lists of VS Code', async () => {
      const opened = await open();
      await drag(opened, {
        items: [{ mimeType: 'resourceurls', data: '["file:///w/a.png","file:///w/b.png"]' }],
      });
      await drag(opened, {
        items: [{ mimeType: 'codefiles', data: String.raw`["/w/a #1.png","C:\\w\\b.png"]` }],
      });
      assert.deepEqual(
        (await opened.waitForPosted('attachUris', 2)).map(({ uris }) => uris),
        [
          ['file:///w/a.png', 'file:///w/b.png'],
          ['file:///w/a%20%231.png', 'file:///C%3A/w/b.png'],
        ],
      );
    });

    it('attaches a picture that is dragged out of a page by the address of the picture', async () => {
      const opened = await open();
      await drag(opened, {
        items: [
          { mimeType: 'text/uri-list', data: 'https://example.org/article' },
          { mimeType: 'text/html', data: '<a><img src="https://example.org/a.png"></a>' },
        ],
      });
      await drag(opened, {
        items: [{ mimeType: 'text/uri-list', data: 'https://example.org/b.png' }],
      });
      assert.deepEqual(
        (await opened.waitForPosted('attachUris', 2)).map(({ uris }) => uris),
        [['https://example.org/a.png'], ['https://example.org/b.png']],
      );
    });

    it('offers a picture that is its own address, and loads nothing of a dropped page', async () => {
      const opened = await open();
      await drag(opened, {
        items: [
          {
            mimeType: 'text/html',
            data: `<img src="data:image/gif;base64,${PIXEL}"><img src="javascript:alert(1)">`,
          },
        ],
      });
      const [offer] = await opened.waitForPosted('offerFiles');
      assert.deepEqual(names(offer), ['image.gif']);
      assert.deepEqual(await opened.page.evaluate(() => window.harness.violations), []);
      assert.deepEqual(await opened.posted('attachUris'), []);
    });

    it('says that there was no image in a text, a script address or an empty folder', async () => {
      const opened = await open();
      await drag(opened, { items: [{ mimeType: 'text/plain', data: 'Some words.' }] });
      await drag(opened, { items: [{ mimeType: 'text/uri-list', data: 'javascript:alert(1)' }] });
      await fs.mkdir(path.join(folder, 'nothing'));
      await drag(opened, { files: [path.join(folder, 'nothing')] });

      assert.deepEqual(
        await opened.waitForPosted('nothingFound', 3),
        Array.from({ length: 3 }, () => ({ type: 'nothingFound', reason: 'dropHadNoImage' })),
      );
    });

    it('leaves text that is dropped into the box to the browser', async () => {
      const opened = await open();
      const box = opened.page.getByRole('textbox', { name: 'Message Claude' });
      const place = (await box.boundingBox()) ?? assert.fail();
      await drag(opened, { items: [{ mimeType: 'text/plain', data: 'Some words.' }] }, undefined, {
        x: place.x + 20,
        y: place.y + 10,
      });
      await opened.page.waitForFunction(
        () => document.querySelector('textarea')?.value === 'Some words.',
      );
      assert.deepEqual(await opened.posted('nothingFound'), []);
    });

    it('does not attach again what is dragged out of the page itself', async () => {
      const opened = await open();
      await opened.show(conversation({ attachments: [image('i1', 'a.png')] }));
      const picture = opened.page.getByRole('list', { name: 'Attached images' }).locator('img');
      await picture.dragTo(opened.page.getByRole('log'));
      await opened.settled();

      assert.deepEqual(await opened.posted('attachUris'), []);
      assert.deepEqual(await opened.posted('offerFiles'), []);
      assert.deepEqual(await opened.posted('nothingFound'), []);
    });

    it('says where a drag goes, keeps it from VS Code, and takes the keyboard after', async () => {
      const opened = await open();
      // VS Code listens on the window, and takes drags away that nobody has handled.
      await opened.page.evaluate(() => {
        window.addEventListener('dragenter', (event) => {
          document.title = event.defaultPrevented ? 'handled' : 'taken away';
        });
        window.addEventListener('dragover', () => {
          document.title = 'taken away';
        });
      });
      const files = [await write('a.png', 'a')];
      await drag(opened, { files }, ['dragEnter', 'dragOver']);
      await overlay(opened).getByText('Drop to attach').waitFor();
      assert.notEqual(await opened.page.title(), 'taken away');

      await drag(opened, { files }, ['drop']);
      await overlay(opened).waitFor({ state: 'hidden' });
      await opened.page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
    });

    it('says to hold Shift when a drag is taken away over the page, until it is over', async () => {
      const opened = await open();
      await drag(opened, { files: [await write('a.png', 'a')] }, ['dragEnter', 'dragOver']);
      await overlay(opened).waitFor();
      await leave(opened, 200);
      await overlay(opened).getByText('Hold Shift to drop here').waitFor();

      await opened.page.mouse.move(100, 100);
      await overlay(opened).waitFor({ state: 'hidden' });
    });

    it('says nothing to a drag that leaves over the edge', async () => {
      const opened = await open();
      await drag(opened, { files: [await write('a.png', 'a')] }, ['dragEnter', 'dragOver']);
      await overlay(opened).waitFor();
      await leave(opened, 0);
      await overlay(opened).waitFor({ state: 'hidden' });
    });
  });

  describe('by pasting', () => {
    /** Pastes what the clipboard of another program would hold. */
    async function paste(
      { page }: OpenPage,
      data: Readonly<Record<string, string>>,
      files: readonly (readonly [name: string, type: string])[] = [],
    ): Promise<boolean> {
      return page.evaluate(
        ([strings, named]) => {
          const clipboardData = new DataTransfer();
          for (const [type, text] of Object.entries(strings)) {
            clipboardData.setData(type, text);
          }
          for (const [name, type] of named) {
            clipboardData.items.add(new File(['bytes'], name, { type }));
          }
          const event = new ClipboardEvent('paste', {
            clipboardData,
            bubbles: true,
            cancelable: true,
          });
          return !document.body.dispatchEvent(event);
        },
        [data, files] as const,
      );
    }

    it('names pictures without a name, each another', async () => {
      const opened = await open();
      await opened.show(conversation({ attachments: [image('i1', 'pasted-4.png')] }));
      await paste(opened, {}, [['image.png', 'image/png']]);
      await paste(opened, {}, [['image.jpeg', 'image/jpeg']]);

      const offers = await opened.waitForPosted('offerFiles', 2);
      assert.deepEqual(offers.map(names), [['pasted-5.png'], ['pasted-6.jpg']]);
    });

    it('takes several files, with their names', async () => {
      const opened = await open();
      const taken = await paste(opened, { 'text/plain': '/w/b.png\n/w/a.txt' }, [
        ['b.png', 'image/png'],
        ['a.txt', 'text/plain'],
      ]);
      assert.equal(taken, true);
      const [offer] = await opened.waitForPosted('offerFiles');
      assert.deepEqual(names(offer), ['b.png', 'a.txt']);
    });

    it('takes lists of files by their addresses', async () => {
      const opened = await open();
      await paste(opened, {
        'application/vnd.code.uri-list': 'file:///w/a.png\r\nfile:///w/b.png',
      });
      await paste(opened, { 'text/uri-list': 'file:///w/c.png', 'text/plain': '/w/c.png' });
      assert.deepEqual(
        (await opened.waitForPosted('attachUris', 2)).map(({ uris }) => uris),
        [['file:///w/a.png', 'file:///w/b.png'], ['file:///w/c.png']],
      );
    });

    it('says so of a clipboard with nothing in it that a page can see', async () => {
      const opened = await open();
      await paste(opened, {});
      const [message] = await opened.waitForPosted('nothingFound');
      assert.deepEqual(message, { type: 'nothingFound', reason: 'pasteHadNoImage' });
    });

    it('pastes text as text: words, copied links, cells with a picture of themselves', async () => {
      const opened = await open();
      await opened.page.evaluate(() => navigator.clipboard.writeText('Some words.'));
      const box = opened.page.getByRole('textbox', { name: 'Message Claude' });
      await box.press('Control+v');
      assert.equal(await box.inputValue(), 'Some words.');

      const link = 'https://example.org/';
      assert.equal(await paste(opened, { 'text/plain': link, 'text/uri-list': link }), false);
      const cells = { 'text/plain': '1\t2', 'text/html': '<table></table>' };
      assert.equal(await paste(opened, cells, [['image.png', 'image/png']]), false);
      assert.deepEqual(await opened.posted('offerFiles'), []);
    });
  });

  describe('from the clipboard', () => {
    const ask = async ({ page }: OpenPage) => {
      await page.getByRole('button', { name: 'More ways to attach' }).click();
      await page.getByRole('menuitem', { name: 'From clipboard' }).click();
    };

    async function copyPicture({ page }: OpenPage): Promise<void> {
      await page.evaluate(async () => {
        const canvas = new OffscreenCanvas(2, 2);
        canvas.getContext('2d')?.fillRect(0, 0, 1, 1);
        const picture = await canvas.convertToBlob();
        await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
      });
    }

    it('offers the picture in it, asked for in the menu, by the host or by the keyboard', async () => {
      const opened = await open();
      await copyPicture(opened);
      await ask(opened);
      await opened.waitForPosted('offerFiles', 1);
      await opened.send({ type: 'readClipboard' });
      await opened.waitForPosted('offerFiles', 2);
      await opened.page.getByRole('textbox').press('Control+v');

      const offers = await opened.waitForPosted('offerFiles', 3);
      assert.deepEqual(offers.map(names), [['pasted-1.png'], ['pasted-2.png'], ['pasted-3.png']]);
      assert.equal(await opened.page.getByRole('textbox').inputValue(), '');
    });

    it('attaches files that were copied in the Explorer of a VS Code in the browser', async () => {
      const opened = await open();
      await opened.page.evaluate(async () => {
        const type = 'application/vnd.code.resources';
        const uris = [
          { $mid: 1, scheme: 'vscode-remote', authority: 'host:1', path: '/w/a b.png' },
        ];
        const blob = new Blob([JSON.stringify(uris)], { type });
        await navigator.clipboard.write([new ClipboardItem({ [`web ${type}`]: blob })]);
      });
      await ask(opened);
      assert.deepEqual(await opened.waitForPosted('attachUris'), [
        { type: 'attachUris', uris: ['vscode-remote://host:1/w/a%20b.png'] },
      ]);
    });

    it('says that there is none, or that it may not look', async () => {
      const opened = await open();
      await opened.page.evaluate(() => navigator.clipboard.writeText('Some words.'));
      await ask(opened);
      await opened.waitForPosted('nothingFound', 1);
      await opened.page.context().clearPermissions();
      await ask(opened);

      assert.deepEqual(
        (await opened.waitForPosted('nothingFound', 2)).map(({ reason }) => reason),
        ['clipboardEmpty', 'clipboardDenied'],
      );
    });
  });
});
