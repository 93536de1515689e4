/** What a suite reports, in a file that outlives the process that ran it. */
export interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly { readonly title: string; readonly message: string }[];
}

/** A suite that could not report for itself: one failure that says why. */
export function crashedSuite(title: string, message: string): SuiteResult {
  return { passed: 0, failed: 1, skipped: 0, failures: [{ title, message }] };
}

/**
 * Checks what a suite left behind. Nothing that could hide a failure counts as a success: no
 * report, a suite without a single test (unless it was asked for a part), an exit code that the
 * report does not explain.
 */
export function judgeSuite(
  name: string,
  report: unknown,
  exitCode: number | null,
  { mayBeEmpty = false } = {},
): SuiteResult {
  const result = parseResult(report);
  if (result === undefined) {
    return crashedSuite(name, `The suite crashed: it ended with ${exitCode} and without a report.`);
  }
  if (result.passed + result.failed === 0 && !mayBeEmpty) {
    return crashedSuite(name, 'The suite ran no tests.');
  }
  if (result.failed === 0 && exitCode !== 0) {
    const message = `Its tests passed, and then it ended with ${exitCode}.`;
    return sum([result, crashedSuite(name, message)]);
  }
  return result;
}

export function sum(results: readonly SuiteResult[]): SuiteResult {
  return {
    passed: results.reduce((total, result) => total + result.passed, 0),
    failed: results.reduce((total, result) => total + result.failed, 0),
    skipped: results.reduce((total, result) => total + result.skipped, 0),
    failures: results.flatMap((result) => result.failures),
  };
}

/** `N passed, N failed`, and `, N skipped` when there are any. */
export function summaryLine(result: SuiteResult): string {
  const skipped = result.skipped > 0 ? `, ${result.skipped} skipped` : '';
  return `${result.passed} passed, ${result.failed} failed${skipped}`;
}

function parseResult(report: unknown): SuiteResult | undefined {
  if (typeof report !== 'object' || report === null) {
    return undefined;
  }
  const { passed, failed, skipped, failures }: { [K in keyof SuiteResult]?: unknown } = report;
  return isCount(passed) && isCount(failed) && isCount(skipped) && Array.isArray(failures)
    ? { passed, failed, skipped, failures: failures.filter(isFailure) }
    : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function isFailure(value: unknown): value is SuiteResult['failures'][number] {
  return (
    typeof value === 'object' &&
    value !== null &&
    'title' in value &&
    typeof value.title === 'string' &&
    'message' in value &&
    typeof value.message === 'string'
  );
}
