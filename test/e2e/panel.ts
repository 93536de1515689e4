import type { Frame, Locator } from 'playwright-core';
import { inTime } from '../host/locators.ts';
import { waitFor } from '../host/wait.ts';
import type { HostWindow } from '../host/hostTypes.ts';
import type { Workbench } from '../host/workbench.ts';

const MENU_MS = 2_000;
/** A hundred images take their time on a loaded machine. */
const CHIPS_MS = 50_000;

/** The panel "Conversation", found by the accessible names that people find it by. */
export class Panel {
  readonly #frame: Frame;

  constructor(frame: Frame) {
    this.#frame = frame;
  }

  /** The panel once it is open and drawn. */
  static async of(workbench: Workbench): Promise<Panel> {
    const frame = await workbench.frameWith(
      (candidate) => candidate.getByRole('log', { name: 'Conversation' }),
      'the conversation',
    );
    return new Panel(frame);
  }

  /** The document of the page, for what is not found by a name. */
  get frame(): Frame {
    return this.#frame;
  }

  get log(): Locator {
    return this.#frame.getByRole('log', { name: 'Conversation' });
  }

  get message(): Locator {
    return this.#frame.getByRole('textbox', { name: 'Message Claude' });
  }

  get questions(): Locator {
    return this.#frame.getByRole('article', { name: 'You' });
  }

  get answers(): Locator {
    return this.#frame.getByRole('article', { name: 'Claude' });
  }

  get attachments(): Locator {
    return this.#frame.getByRole('list', { name: 'Attached images' }).getByRole('listitem');
  }

  /** The chip of an attached image. */
  chip(name: string): Locator {
    const remove = this.#frame.getByRole('button', { name: `Remove ${name}`, exact: true });
    return this.attachments.filter({ has: remove });
  }

  /**
   * The lines of each chip, number and name first, in their order; once there are so many and none is
   * being prepared.
   */
  async chips(count: number): Promise<readonly (readonly string[])[]> {
    return waitFor(
      `${count} images to be attached`,
      async () => {
        const chips = await this.attachments.evaluateAll(chipLines);
        const done = chips.length === count && !chips.flat().includes('Preparing...');
        return done ? chips : undefined;
      },
      CHIPS_MS,
    );
  }

  /** The list to choose a model or a prompt from. */
  choice(name: 'Model' | 'Prompt'): Locator {
    return this.#frame.getByRole('combobox', { name });
  }

  /** The list of models while it shows the one of that id. */
  model(id: string): Locator {
    const shown = this.#frame.locator(`option[value="${id}"]:checked`);
    return this.choice('Model').filter({ has: shown });
  }

  /** Opens a menu of the panel by the name of its button and chooses an item. */
  async chooseFromMenu(button: string | Locator, item: string): Promise<void> {
    const found = this.#frame.getByRole('menuitem', { name: item, exact: true });
    await waitFor(`"${item}" to be chosen`, async () => {
      if (!(await found.isVisible())) {
        await (typeof button === 'string' ? this.button(button) : button).click();
      }
      // It closes when an editor that has just opened takes the keyboard.
      return (await inTime(found.click({ timeout: MENU_MS }))) || undefined;
    });
  }

  /** The entries of the list that completes an `@`. */
  get mentions(): Locator {
    return this.#frame.getByRole('listbox', { name: 'Images' }).getByRole('option');
  }

  /** An element when it has the keyboard. */
  focused(element: Locator): Locator {
    return element.and(this.#frame.locator(':focus'));
  }

  get usage(): Locator {
    return this.#frame.getByRole('status', { name: 'Usage' });
  }

  /** The first small picture of an image, once it is drawn. */
  get picture(): Locator {
    return this.#frame.locator('img').first();
  }

  button(name: string | RegExp): Locator {
    return this.#frame.getByRole('button', { name });
  }

  text(text: string | RegExp): Locator {
    // What is announced to a screen reader stands in the page a second time.
    return this.#frame.getByText(text).first();
  }

  /** A button of that very name within a turn or another part of the page. */
  within(part: Locator, name: string): Locator {
    return part.getByRole('button', { name, exact: true });
  }

  /** The answer of that number, from 0 on, once it is whole or has failed. */
  async answer(index: number, timeout = 30_000): Promise<string> {
    const answer = this.answers.nth(index);
    await answer.waitFor({ timeout });
    await this.button('Send').waitFor({ timeout });
    return answer.innerText();
  }

  /** Types a message and sends it with the Enter key. */
  async send(text: string): Promise<void> {
    await this.message.fill(text);
    await this.message.press('Enter');
  }
}

/** Reloads a window, and comes back to its panel. */
export async function reload({ page, workbench }: HostWindow): Promise<Panel> {
  await page.reload();
  await workbench.ready();
  // VS Code notes only after a while that it is open.
  await workbench.runCommand('View: Focus into Secondary Side Bar');
  return Panel.of(workbench);
}

/** Closes the editors, selects nothing and begins a new conversation, for the next test in the same window. */
export async function tidyUp(workbench: Workbench): Promise<void> {
  await workbench.runCommand('View: Close All Editors');
  await workbench.selectNothing();
  await workbench.runCommand('Vision for Claude: New Conversation');
  const panel = await Panel.of(workbench);
  await panel.questions.first().waitFor({ state: 'detached' });
  await panel.attachments.first().waitFor({ state: 'detached' });
}

/** An empty conversation in the open panel, for tests that care for nothing else of the window. */
export async function startAnew(workbench: Workbench): Promise<Panel> {
  const button = workbench.page.getByRole('button', { name: 'New Conversation' });
  if (await button.isVisible()) {
    await button.click();
  } else {
    await workbench.runCommand('Vision for Claude: New Conversation');
  }
  const panel = await Panel.of(workbench);
  await panel.questions.first().waitFor({ state: 'detached' });
  await panel.attachments.first().waitFor({ state: 'detached' });
  await panel.message.fill('');
  return panel;
}

function chipLines(chips: readonly Element[]): readonly (readonly string[])[] {
  // By their elements: the browser tells no lines of chips that are scrolled out of sight.
  return chips.map((chip) =>
    [...chip.querySelectorAll('.chip-name, .chip-details, .chip-text button')].map((line) =>
      line.textContent.trim().replaceAll(/\s+/g, ' '),
    ),
  );
}
