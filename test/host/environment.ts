const ASTRAY = /^(VSCODE_|CODE_SERVER_|CS_|ELECTRON_|ANTHROPIC_|npm_)/i;
const ASTRAY_NAMES = new Set(['PORT', 'PASSWORD', 'HASHED_PASSWORD', 'NODE_OPTIONS']);

/**
 * The environment for a VS Code: this process's own, without what would lead a run astray (another
 * VS Code's or code-server's variables, keys of the user that a test must not spend), and `added`.
 */
export function hostEnvironment(
  own: NodeJS.ProcessEnv,
  added: Readonly<Record<string, string>>,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && !ASTRAY.test(name) && !ASTRAY_NAMES.has(name)) {
      kept[name] = value;
    }
  }
  return { ...kept, ...added };
}
