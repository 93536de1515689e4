/** What authors call languages in fences, by VS Code's own id for it. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  bat: ['batch', 'cmd'],
  cpp: ['c++', 'cc', 'cxx', 'hpp'],
  csharp: ['c#', 'cs'],
  dockerfile: ['docker'],
  fsharp: ['f#', 'fs'],
  go: ['golang'],
  html: ['htm', 'xhtml'],
  javascript: ['cjs', 'js', 'mjs', 'node'],
  javascriptreact: ['jsx'],
  jsonc: ['json5'],
  latex: ['tex'],
  makefile: ['make'],
  markdown: ['md'],
  'objective-c': ['objc', 'objectivec'],
  perl: ['pl'],
  powershell: ['ps1', 'pwsh'],
  python: ['py', 'python3'],
  ruby: ['rb'],
  rust: ['rs'],
  shellscript: ['bash', 'console', 'fish', 'sh', 'shell', 'shell-session', 'zsh'],
  typescript: ['cts', 'mts', 'ts'],
  typescriptreact: ['tsx'],
  vb: ['visualbasic'],
  xml: ['svg'],
  yaml: ['yml'],
};

/**
 * The VS Code language id for what a fence names, `plaintext` when it is none of those that are
 * known here. An extension may bring a language under the very name that the fence uses.
 */
export function languageIdOf(fence: string, knownIds: readonly string[]): string {
  const name = fence.trim().toLowerCase();
  const id =
    knownIds.find((known) => known.toLowerCase() === name) ??
    Object.keys(ALIASES).find((known) => ALIASES[known]?.includes(name));
  return id !== undefined && knownIds.includes(id) ? id : 'plaintext';
}
