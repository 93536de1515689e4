import fs from 'node:fs';
import path from 'node:path';

export type Settings = Readonly<Record<string, unknown>>;

/**
 * A workbench that shows what is tested and nothing else: no welcome, tips, updates, telemetry,
 * and none of the built-in chat, whose set-up would open beside our panel.
 */
export const CALM_SETTINGS: Settings = {
  'breadcrumbs.enabled': false,
  'chat.commandCenter.enabled': false,
  'chat.disableAIFeatures': true,
  'editor.accessibilitySupport': 'off',
  'editor.minimap.enabled': false,
  // The editor that opens a moment after a click would undo a selection of several files.
  'explorer.autoReveal': false,
  // A row for every folder, so that each is found by its own name.
  'explorer.compactFolders': false,
  'explorer.confirmDelete': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.simpleDialog.enable': true,
  'git.autorefresh': false,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'window.commandCenter': false,
  'window.confirmBeforeClose': 'never',
  // Context menus and dialogs drawn by the workbench, where a test can reach them.
  'window.dialogStyle': 'custom',
  'window.menuStyle': 'custom',
  'window.restoreWindows': 'none',
  'workbench.colorTheme': 'Dark Modern',
  'workbench.enableExperiments': false,
  'workbench.layoutControl.enabled': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  // A link asks before it opens, as in a workspace that is not trusted.
  'workbench.trustedDomains.promptInTrustedWorkspace': true,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

/**
 * The settings of the user of a data folder. A server reads settings of the scope "machine" from
 * a file of its own and ignores them in the user's, so each setting is written to both.
 */
export function writeUserSettings(userDataDir: string, settings: Settings): void {
  for (const file of settingsFiles(userDataDir)) {
    writeSettings(file, settings);
  }
}

/** Changes some settings of a user and keeps the others. */
export function updateUserSettings(userDataDir: string, settings: Settings): void {
  for (const file of settingsFiles(userDataDir)) {
    writeSettings(file, { ...readSettings(file), ...settings });
  }
}

/** Changes some settings of a workspace folder and keeps the others. */
export function updateWorkspaceSettings(workspace: string, settings: Settings): void {
  const file = path.join(workspace, '.vscode', 'settings.json');
  writeSettings(file, { ...readSettings(file), ...settings });
}

function settingsFiles(userDataDir: string): readonly string[] {
  return ['User', 'Machine'].map((owner) => path.join(userDataDir, owner, 'settings.json'));
}

function readSettings(file: string): Settings {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};
}

function writeSettings(file: string, settings: Settings): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  // Renamed into place: a window that watches the file never reads half of it.
  const draft = `${file}.draft`;
  fs.writeFileSync(draft, `${JSON.stringify(settings, undefined, 2)}\n`);
  fs.renameSync(draft, file);
}
