// Shows the extension at work in a real VS Code: npm run demo [-- --open]
import { cpSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { Panel } from '../e2e/panel.ts';
import { startHost } from '../host/host.ts';
import { packageExtension } from '../host/packageExtension.ts';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { startPracticeServer } from '../server/practiceServer.ts';
import { sampleFolder } from '../support/sample.ts';

const IMAGE = 'images/waterfall.jpg';
const FOLLOW_UP = 'How many images have I shown you, and what are their colours?';
const ANSWER_MS = 180_000;
const READABLE_PACE = { chunkChars: 20, delayMs: 15 };

const { values } = parseArgs({ options: { open: { type: 'boolean' } } });
const say = (line: string): void => console.log(line);

const realKey = process.env['ANTHROPIC_API_KEY'];
const practice = realKey ? undefined : await startPracticeServer({ pace: READABLE_PACE });
say(
  practice
    ? `No ANTHROPIC_API_KEY is set: talking to the practice server at ${practice.url}, not to Claude.`
    : 'ANTHROPIC_API_KEY is set: talking to the real API, which costs a cent or so.',
);
const folder = temporaryFolder('demo');
try {
  const workspace = path.join(folder, 'tidewatch');
  cpSync(sampleFolder, workspace, { recursive: true });
  say('Building and packaging the extension ...');
  const vsix = await packageExtension();
  await using host = await startHost({
    workspace,
    vsix,
    say,
    env: { ANTHROPIC_API_KEY: practice?.apiKey ?? realKey ?? '' },
    settings: practice ? { 'visionForClaude.baseUrl': practice.url } : {},
    // A person sees the window of a desktop VS Code; the other one is opened in their own browser.
    headless: !values.open,
  });
  if (values.open) {
    say(host.url === undefined ? 'VS Code is open.' : `VS Code is open at ${host.url}`);
    say('Right-click an image in the Explorer and choose "Describe Image". Ctrl+C ends it.');
    // The launcher ends everything on Ctrl+C, this process included.
    await new Promise(() => {});
  } else {
    await play(host.workbench);
  }
} finally {
  await practice?.close();
  await removeFolder(folder);
}

async function play(workbench: Parameters<typeof Panel.of>[0]): Promise<void> {
  say(`Right-clicking ${IMAGE}: Describe Image`);
  await workbench.chooseInExplorer(IMAGE, 'Describe Image');
  const panel = await Panel.of(workbench);
  const description = await wholeAnswer(panel, 0);
  const question = await panel.questions.first().innerText();
  say(`\nYou:\n${question}\n\nClaude:\n${description}`);

  await panel.send(FOLLOW_UP);
  say(`\nYou:\n${FOLLOW_UP}\n\nClaude:\n${await wholeAnswer(panel, 1)}`);
  say(`\nUsage: ${await panel.usage.innerText()}`);
  say(`Screenshot: ${await workbench.screenshot('demo')}`);
}

/** @throws {Error} when the answer failed, with the reason that the panel gives. */
async function wholeAnswer(panel: Panel, index: number): Promise<string> {
  const answer = await panel.answer(index, ANSWER_MS);
  const fault = panel.answers.nth(index).getByRole('alert');
  if ((await fault.count()) > 0) {
    throw new Error(`Claude did not answer: ${await fault.first().innerText()}`);
  }
  return answer;
}
