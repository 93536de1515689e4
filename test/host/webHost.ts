import fs from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { hasScreen } from './desktop.ts';
import {
  DEFAULT_SIZE,
  type HostOptions,
  type HostWindow,
  type RunningVSCode,
  type WindowOptions,
} from './hostTypes.ts';
import { startServer, type VSCodeServer } from './server.ts';
import { updateUserSettings, writeUserSettings } from './settings.ts';
import { Workbench } from './workbench.ts';

/** Everything that a window leaves in its browser; scripts that are loaded and compiled stay. */
const TRACES = 'cookies,local_storage,indexeddb,cache_storage,file_systems';

/** The npm-borne VS Code, shown by a Chromium. */
export async function startWeb(options: HostOptions): Promise<RunningVSCode> {
  const say = options.say ?? (() => {});
  const headless = (options.headless ?? true) || !hasScreen(process);
  // The browser comes first: when it is missing, that is the quicker message.
  const browser = await launchBrowser(say, { headless });
  try {
    const server = await startServer({ ...options, say });
    const windows = new Windows(browser, server);
    const close = async (): Promise<void> => {
      await browser.close();
      await server.close();
    };
    return {
      kind: 'server',
      userDataDir: server.userDataDir,
      get log() {
        return server.log;
      },
      openWindow: (window) => windows.open(window),
      updateUserSettings: (settings) => updateUserSettings(server.userDataDir, settings),
      resetUserSettings: () => writeUserSettings(server.userDataDir, server.settings),
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/**
 * The windows of a server. One that is closed leaves its browser context to the next, emptied of
 * all that it had stored: the workbench is there twice as fast when the browser knows its scripts.
 */
class Windows {
  readonly #browser: Browser;
  readonly #server: VSCodeServer;
  readonly #idle: BrowserContext[] = [];
  #open = 0;

  constructor(browser: Browser, server: VSCodeServer) {
    this.#browser = browser;
    this.#server = server;
  }

  async open({ workspace, windowSize }: WindowOptions): Promise<HostWindow> {
    if (this.#open === 0) {
      this.#forgetExtensionFiles();
    }
    this.#open += 1;
    const context = this.#idle.pop() ?? (await this.#newContext());
    try {
      const page = await context.newPage();
      await page.setViewportSize(windowSize ?? DEFAULT_SIZE);
      const url = new URL(this.#server.url);
      url.searchParams.set('folder', workspace);
      await page.goto(url.href);
      const workbench = new Workbench(page);
      await workbench.ready();
      const close = (): Promise<void> => this.#close(context, page);
      return { page, workbench, workspace, url: url.href, close, [Symbol.asyncDispose]: close };
    } catch (error) {
      this.#open -= 1;
      await context.close();
      throw new Error(`The window of ${workspace} did not come up.`, { cause: error });
    }
  }

  async #newContext(): Promise<BrowserContext> {
    return this.#browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  }

  async #close(context: BrowserContext, page: Page): Promise<void> {
    this.#open -= 1;
    try {
      for (const other of context.pages().filter((one) => one !== page)) {
        await other.close();
      }
      // Storage is only emptied when no document holds on to it.
      await page.goto('about:blank');
      const session = await context.newCDPSession(page);
      const { origin } = new URL(this.#server.url);
      await session.send('Storage.clearDataForOrigin', { origin, storageTypes: TRACES });
      await page.close();
      this.#idle.push(context);
    } catch {
      // The page has crashed or hangs: what cannot be emptied is not used again.
      await context.close();
    }
  }

  /** The server keeps files of extensions that are not of a workspace, for all its windows. */
  #forgetExtensionFiles(): void {
    const folder = path.join(this.#server.userDataDir, 'User', 'globalStorage');
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
