import type { Conversation } from '../../src/core/conversation/conversation.ts';
import { PANEL_OPTIONS } from './harness.ts';
import type { OpenPage } from './harness.ts';
import { answer, conversation, image, preparing, userTurn } from './scenes.ts';

/** A conversation about one image, with two more attached. */
export const THREE_IMAGES: Conversation = conversation({
  turns: [
    userTurn({ images: [image('i1', 'a.png', { number: 1 })] }),
    answer('A ridge at sunrise.', { usageLabel: '' }),
  ],
  numbersGiven: 1,
  attachments: [image('i2', 'b.png'), image('i3', 'ridge at noon.jpg')],
});

/** As many images as people drop at once, half of them still on their way. */
export const SIXTY_IMAGES: Conversation = conversation({
  attachments: Array.from({ length: 60 }, (_, index) =>
    index < 30
      ? image(`s${index}`, `holiday-${index + 1}.jpg`)
      : preparing(`s${index}`, `holiday-${index + 1}.jpg`),
  ),
});

/** States of the message box that take more than a conversation: what the user does to get there. */
export const COMPOSER_STATES: Readonly<Record<string, (opened: OpenPage) => Promise<void>>> = {
  numbered: ({ show }) => show(THREE_IMAGES),
  sixty: ({ show }) => show(SIXTY_IMAGES),
  attachMenu: async ({ page, show }) => {
    await show(THREE_IMAGES);
    await page.getByRole('button', { name: 'More ways to attach' }).press('Enter');
    await page.getByRole('menuitem', { name: 'From URL...' }).waitFor();
  },
  imageMenu: async ({ page, show }) => {
    await show(THREE_IMAGES);
    await page.getByRole('button', { name: 'More for b.png' }).click();
    await page.getByRole('menuitem', { name: 'Replace...' }).waitFor();
  },
  mention: async ({ page, show }) => {
    await show(THREE_IMAGES);
    await page.getByRole('textbox').pressSequentially('Compare @');
    await page.getByRole('listbox').waitFor();
  },
  problems: ({ show }) =>
    show(THREE_IMAGES, {
      options: {
        ...PANEL_OPTIONS,
        problems: [
          {
            severity: 'warning',
            message:
              'The setting visionForClaude.maxTokens is "many", which is no number. 8,192 is used.',
            actions: ['openSettings'],
          },
        ],
      },
    }),
  dropping: async (opened) => {
    await opened.show(THREE_IMAGES);
    await opened.page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['x'], 'a.png', { type: 'image/png' }));
      document.body.dispatchEvent(
        new DragEvent('dragover', { dataTransfer, bubbles: true, cancelable: true }),
      );
    });
    await opened.page.getByText('Drop to attach').waitFor();
  },
};
