import type { Page } from 'playwright-core';
import type { Settings } from './settings.ts';
import type { Theme, Workbench } from './workbench.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface HostOptions {
  /** The packaged extension. */
  readonly vsix?: string;
  /** Packages of other extensions that are to run beside it, such as one that measures. */
  readonly otherExtensions?: readonly string[];
  /** On top of `CALM_SETTINGS`; those of the scope "machine" count too. */
  readonly settings?: Settings;
  /** For the extension host. Nothing of `ANTHROPIC_*` comes in any other way. */
  readonly env?: Readonly<Record<string, string>>;
  readonly theme?: Theme;
  /** Shows the windows on the screen when there is one. The default is not to. */
  readonly headless?: boolean;
  /** Told in a line what takes long, such as an installation. */
  readonly say?: (line: string) => void;
}

export interface WindowOptions {
  readonly workspace: string;
  readonly windowSize?: Size;
}

/**
 * A window that shows a workspace folder. It knows no secrets and no state of other windows; files
 * in the global storage of an extension are common to windows that are open at the same time.
 */
export interface HostWindow extends AsyncDisposable {
  readonly page: Page;
  readonly workbench: Workbench;
  readonly workspace: string;
  /** Where any browser of this machine finds the workspace; the desktop edition has no such place. */
  readonly url: string | undefined;
  close(): Promise<void>;
}

/** A VS Code that serves windows until it is closed. Nothing of it outlives this process. */
export interface RunningVSCode extends AsyncDisposable {
  readonly kind: 'server' | 'desktop';
  readonly userDataDir: string;
  /** What VS Code has printed. */
  readonly log: string;
  openWindow(options: WindowOptions): Promise<HostWindow>;
  /** Changes settings of the user; open windows follow by themselves. */
  updateUserSettings(settings: Settings): void;
  /** Back to the settings that it was started with. */
  resetUserSettings(): void;
  close(): Promise<void>;
}

/** A running VS Code with its first window. */
export interface VSCodeHost extends RunningVSCode, HostWindow {}

export const DEFAULT_SIZE: Size = { width: 1280, height: 800 };
