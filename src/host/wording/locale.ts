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

/** A size with its unit, such as `12 kB` or `3.5 MB`. */
export function formatFileSize(bytes: number, { language }: Locale): string {
  const [unit, size] =
    bytes < 1_000_000 ? (['kilobyte', 1000] as const) : (['megabyte', 1_000_000] as const);
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    maximumFractionDigits: unit === 'megabyte' ? 1 : 0,
  }).format(Math.max(bytes / size, 1));
}

/** Megabytes as the API counts them, with one digit after the point. */
export function formatMegabytes(bytes: number, { language }: Locale): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(
    bytes / (1024 * 1024),
  );
}
