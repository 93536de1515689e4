import type { Frame, Locator } from 'playwright-core';
import type { Workbench } from '../host/workbench.ts';

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

/** Closes the editors, selects nothing and begins a new conversation, for the next test in the same window. */
export async function tidyUp(workbench: Workbench): Promise<void> {
  await workbench.runCommand('View: Close All Editors');
  await workbench.selectNothing();
  await workbench.runCommand('Vision for Claude: New Conversation');
  const panel = await Panel.of(workbench);
  await panel.questions.first().waitFor({ state: 'detached' });
  await panel.attachments.first().waitFor({ state: 'detached' });
}
