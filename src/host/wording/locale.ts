import type * as vscode from 'vscode';

/**
 * The language to word things in. VS Code's is `vscode.l10n` and `vscode.env.language`; outside of
 * it the module `@vscode/l10n`, which speaks English unless it is given a bundle, serves as `l10n`.
 */
export interface Locale {
  readonly l10n: Pick<typeof vscode.l10n, 't'>;
  /** BCP 47, for numbers. */
  readonly language: string;
}

export function formatCount(count: number, { language }: Locale): string {
  return new Intl.NumberFormat(language).format(count);
}

/** Megabytes as the API counts them, with one digit after the point. */
export function formatMegabytes(bytes: number, { language }: Locale): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(
    bytes / (1024 * 1024),
  );
}
