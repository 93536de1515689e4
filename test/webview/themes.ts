import fs from 'node:fs';

/** Colours as VS Code 1.139 hands them out; a theme leaves out what it does not define. */
const colours = JSON.parse(
  fs.readFileSync(new URL('themes.json', import.meta.url), 'utf8'),
) as Readonly<Record<'dark' | 'light' | 'hcDark' | 'hcLight', Readonly<Record<string, string>>>>;

/** The four kinds of theme that VS Code knows; the class is the one that it puts on the body. */
export const THEMES = {
  dark: { bodyClass: 'vscode-dark', colours: colours.dark },
  light: { bodyClass: 'vscode-light', colours: colours.light },
  hcDark: { bodyClass: 'vscode-high-contrast', colours: colours.hcDark },
  hcLight: {
    bodyClass: 'vscode-high-contrast vscode-high-contrast-light',
    colours: colours.hcLight,
  },
} as const;

export type ThemeName = keyof typeof THEMES;

export const THEME_NAMES = Object.keys(THEMES) as readonly ThemeName[];

const FONTS = {
  '--vscode-font-family': 'system-ui, "Ubuntu", "Droid Sans", sans-serif',
  '--vscode-font-weight': 'normal',
  '--vscode-font-size': '13px',
  '--vscode-editor-font-family': '"Droid Sans Mono", "monospace", monospace',
  '--vscode-editor-font-size': '12px',
};

/** The variables that a webview in the side bar is given with the theme. */
export function themeVariables(name: ThemeName): Readonly<Record<string, string>> {
  return { ...FONTS, ...THEMES[name].colours };
}
