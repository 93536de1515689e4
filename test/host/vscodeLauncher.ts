// Takes the arguments that @vscode/test-electron gives to a desktop VS Code, runs the tests in the
// extension host of the npm-borne server with a headless browser, and ends with their exit code.
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { inspect, parseArgs } from 'node:util';
import { launchBrowser } from './browser.ts';
import { startServer } from './server.ts';

/** What takes longer says so in `VISION_TESTS_SECONDS`. */
const TIMEOUT_MS = Number(process.env['VISION_TESTS_SECONDS'] ?? 300) * 1000;

const { values, positionals } = parseArgs({
  // An unknown option is one of Electron's, and this is not Electron.
  strict: false,
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: { type: 'string', multiple: true },
    extensionTestsPath: { type: 'string' },
    'user-data-dir': { type: 'string' },
  },
});
const developed = (values.extensionDevelopmentPath ?? []).filter((one) => typeof one === 'string');
const tests = typeof values.extensionTestsPath === 'string' ? values.extensionTestsPath : '';
const userDataDir = values['user-data-dir'];
if (developed.length === 0 || tests === '') {
  throw new Error('--extensionDevelopmentPath and --extensionTestsPath say what to run.');
}
const workspace = positionals[0];
const say = (line: string): void => console.error(line);
const browser = await launchBrowser(say, { headless: true });
const server = await startServer({
  say,
  smokeTestDriver: true,
  ...(typeof userDataDir === 'string' ? { userDataDir } : {}),
});
try {
  process.exitCode = await runInWindow();
} finally {
  await browser.close();
  await server.close();
}

async function runInWindow(): Promise<number> {
  const page = await browser.newPage();
  const exit = Promise.withResolvers<number>();
  await page.exposeFunction('codeAutomationLog', (_level: string, args: readonly unknown[]) =>
    console.log(args.map((arg) => (typeof arg === 'string' ? arg : inspect(arg))).join(' ')),
  );
  await page.exposeFunction('codeAutomationExit', (code: number) => exit.resolve(code));
  page.on('crash', () => exit.reject(new Error('The window crashed.')));
  const url = new URL(server.url);
  if (workspace !== undefined) {
    url.searchParams.set('folder', path.resolve(workspace));
  }
  const payload = [
    ...developed.map((folder) => ['extensionDevelopmentPath', remote(folder)]),
    ['extensionTestsPath', remote(tests)],
  ];
  url.searchParams.set('payload', JSON.stringify(payload));
  const timer = setTimeout(
    () => exit.reject(new Error(`No end of the tests after ${TIMEOUT_MS / 1000} s.`)),
    TIMEOUT_MS,
  );
  try {
    await page.goto(url.href);
    return await exit.promise;
  } finally {
    clearTimeout(timer);
  }
}

function remote(file: string): string {
  return `vscode-remote://${new URL(server.url).host}${pathToFileURL(path.resolve(file)).pathname}`;
}
