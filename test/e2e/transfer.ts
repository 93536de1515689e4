import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Panel } from './panel.ts';

/** What is dragged in from another program: files and folders by their paths, data by its kind. */
export interface Dragged {
  readonly files?: readonly string[];
  readonly data?: Readonly<Record<string, string>>;
}

/** Drops something into the panel, as the browser gets it from another program. */
export async function drop(
  page: Page,
  panel: Panel,
  { files = [], data = {} }: Dragged,
): Promise<void> {
  const box = (await panel.log.boundingBox()) ?? assert.fail('the panel is not in sight');
  const session = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', {
      type,
      x: box.x + box.width / 2,
      y: box.y + Math.min(100, box.height / 2),
      data: {
        items: Object.entries(data).map(([mimeType, text]) => ({ mimeType, data: text })),
        files: [...files],
        dragOperationsMask: 1,
      },
    });
  }
  await session.detach();
}

/** Copies a picture as another program would: its pixels, without a name. */
export async function copyPicture(page: Page, png: Buffer): Promise<void> {
  await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
    const blob = new Blob([bytes], { type: 'image/png' });
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
  }, png.toString('base64'));
}

/** Pastes files into the message box, as copied in the file manager of a desktop. */
export async function pasteFiles(
  panel: Panel,
  files: readonly (readonly [name: string, bytes: Buffer])[],
): Promise<void> {
  const named = files.map(([name, bytes]) => [name, bytes.toString('base64')] as const);
  await panel.message.evaluate((box, pasted) => {
    const clipboardData = new DataTransfer();
    for (const [name, base64] of pasted) {
      const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
      clipboardData.items.add(new File([bytes], name, { type: 'image/png' }));
    }
    const paste = { clipboardData, bubbles: true, cancelable: true };
    box.dispatchEvent(new ClipboardEvent('paste', paste));
  }, named);
}
