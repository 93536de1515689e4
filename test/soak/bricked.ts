import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { row, type Measure } from '../bench/measure.ts';
import { packageExtension } from '../host/packageExtension.ts';
import { projectRoot } from '../host/paths.js';
import { removeFolder, spawnGroup, temporaryFolder } from '../host/processes.ts';
import type { CampaignResult } from './campaign.ts';
import { CAMPAIGN_COUNT, CAMPAIGN_REPORT, CAMPAIGN_TITLE } from './campaignNames.ts';

const CONVERSATIONS = 200;
const MOST_SECONDS = 1800;

/** The whole campaign, in the extension host of a VS Code: conversations that could not go on. */
export const bricked: Measure = {
  names: ['conversation.bricked'],
  run: async () => {
    await packageExtension({ integrationTests: true });
    const folder = temporaryFolder('campaign');
    try {
      const result = await campaignIn(folder);
      const [first] = result.bricked;
      const ways = Object.values(result.ways).reduce((sum, times) => sum + times, 0);
      const note = first
        ? `the first: number ${first.conversation} at message ${first.message}, ${first.fault}: ${first.why}`
        : `of ${result.conversations}, after ${result.faults} faults and ${ways} ways on`;
      return [row('conversation.bricked', result.bricked.length, '', 0, note, { ...result })];
    } finally {
      await removeFolder(folder);
    }
  },
};

/** @throws {Error} when the campaign did not come to its end. */
async function campaignIn(folder: string): Promise<CampaignResult> {
  const report = path.join(folder, 'campaign.json');
  const host = spawnGroup(
    process.execPath,
    ['test/host/integration.ts', '--grep', CAMPAIGN_TITLE],
    {
      cwd: projectRoot,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        VISION_RESULTS: folder,
        VISION_TESTS_SECONDS: String(MOST_SECONDS),
        [CAMPAIGN_COUNT]: String(CONVERSATIONS),
        [CAMPAIGN_REPORT]: report,
      },
    },
  );
  const { code } = await host.exited;
  await host.end();
  if (!existsSync(report)) {
    throw new Error(`The campaign did not come to its end: the tests ended with ${code}.`);
  }
  // Written whole by the test that is over by now.
  return JSON.parse(readFileSync(report, 'utf8')) as CampaignResult;
}
