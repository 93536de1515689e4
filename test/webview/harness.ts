import type { Browser, Page } from 'playwright-core';
import type { Conversation } from '../../src/core/conversation/conversation.ts';
import type { ConversationEvent } from '../../src/core/conversation/conversationEvent.ts';
import type { HostMessage, PageView, PanelOptions } from '../../src/core/conversation/protocol.ts';
import { launchBrowser } from '../host/browser.ts';
import { fakeVsCode } from './fakeVsCode.ts';
import { servePage } from './pageServer.ts';
import type { PageServer } from './pageServer.ts';
import { themeVariables, THEMES } from './themes.ts';
import type { ThemeName } from './themes.ts';

export interface OpenOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: boolean;
  /** The conversation when absent. */
  readonly page?: 'sight';
}

/** What the host of a user with a key offers. */
export const PANEL_OPTIONS: PanelOptions = {
  models: [
    { id: 'claude-opus-5-5', label: 'Opus 5.5' },
    { id: 'claude-sonnet-5-5', label: 'Sonnet 5.5' },
    { id: 'claude-haiku-5-5', label: 'Haiku 5.5' },
  ],
  model: 'claude-sonnet-5-5',
  prompts: [
    { id: 'describe', label: 'Describe', text: 'Describe this image.' },
    { id: 'altText', label: 'Alt text', text: 'Write alt text for this image.' },
  ],
  hasKey: true,
  costHint: 'A screenshot of 1920x1080 costs about $0.0054 with Claude Sonnet 5.5.',
  problems: [],
};

/** One page with a scripted host. */
export interface OpenPage {
  readonly page: Page;
  /** Sends a message as the host would. */
  readonly send: (message: HostMessage) => Promise<void>;
  /** Sends a snapshot and waits until it is on the screen. */
  readonly show: (
    conversation: Conversation,
    rest?: { l10n?: Record<string, string>; options?: PanelOptions; view?: PageView },
  ) => Promise<void>;
  /** Sends an event about the conversation that was shown last. */
  readonly event: (event: ConversationEvent) => Promise<void>;
  /** What the page has posted to the host, of one type. */
  readonly posted: (type: string) => Promise<readonly Record<string, unknown>[]>;
  /** Waits until the page has posted that many messages of a type, and returns them. */
  readonly waitForPosted: (
    type: string,
    count?: number,
  ) => Promise<readonly Record<string, unknown>[]>;
  /** Waits until everything that was sent is drawn. */
  readonly settled: () => Promise<void>;
}

interface ThemedPage {
  readonly page: Page;
  readonly theme: ThemeName;
}

/** The built page in a plain browser, without VS Code. */
export class PageHarness {
  readonly server: PageServer;
  readonly #browser: Browser;
  readonly #used: ThemedPage[] = [];
  readonly #idle: ThemedPage[] = [];

  private constructor(server: PageServer, browser: Browser) {
    this.server = server;
    this.#browser = browser;
  }

  static async start(): Promise<PageHarness> {
    const server = await servePage();
    try {
      return new PageHarness(server, await launchBrowser(console.error, { headless: true }));
    } catch (error) {
      await server.close();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await this.server.close();
  }

  /** Empties all pages: what they animate would take time from the next ones. */
  async closePages(): Promise<void> {
    for (const { page, theme } of this.#used.splice(0)) {
      if (!page.isClosed()) {
        await page.context().clearPermissions();
        await page.mouse.move(0, 0);
        await page.goto('about:blank');
        this.#idle.push({ page, theme });
      }
    }
  }

  async open(options: OpenOptions = {}): Promise<OpenPage> {
    const { theme = 'dark', width = 480, height = 720, reducedMotion = false } = options;
    const page = await this.#pageOf(theme);
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ reducedMotion: reducedMotion ? 'reduce' : 'no-preference' });
    await page.goto(`${this.server.url}${options.page ?? ''}`);
    return control(page);
  }

  /** An empty page: a used one if there is one, since a browser takes half a second for another. */
  async #pageOf(theme: ThemeName): Promise<Page> {
    const index = this.#idle.findIndex((idle) => idle.theme === theme);
    const page =
      this.#idle.splice(index, index < 0 ? 0 : 1)[0]?.page ?? (await this.#create(theme));
    this.#used.push({ page, theme });
    return page;
  }

  async #create(theme: ThemeName): Promise<Page> {
    const page = await (await this.#browser.newContext()).newPage();
    const variables = themeVariables(theme);
    await page.addInitScript(fakeVsCode, {
      variables,
      bodyClass: THEMES[theme].bodyClass,
      background: variables['--vscode-sideBar-background'] ?? '',
    });
    return page;
  }
}

function control(page: Page): OpenPage {
  let shown = '';
  const send = (message: HostMessage) =>
    page.evaluate((one) => window.postMessage(one), message as unknown);
  // Two frames: the first draws what came before it, the second runs after that was laid out.
  const settled = () =>
    page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
        }),
    );
  const posted = (type: string) =>
    page.evaluate((wanted) => window.harness.posted.filter((one) => one.type === wanted), type);
  return {
    page,
    send,
    settled,
    posted,
    async show(conversation, rest = {}) {
      shown = conversation.id;
      await send({
        type: 'snapshot',
        conversation,
        view: { draft: '' },
        options: PANEL_OPTIONS,
        ...rest,
      });
      await settled();
    },
    async event(event) {
      await send({ type: 'event', conversationId: shown, event });
      await settled();
    },
    async waitForPosted(type, count = 1) {
      await page.waitForFunction(
        ([wanted, least]) =>
          window.harness.posted.filter((one) => one.type === wanted).length >= least,
        [type, count] as const,
      );
      return posted(type);
    },
  };
}
