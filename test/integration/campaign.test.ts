import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import { afterEach, describe, it } from 'mocha';
import sharp from 'sharp';
import * as vscode from 'vscode';
import { seededRandom } from '../bench/random.ts';
import { runCampaign } from '../soak/campaign.ts';
import { CAMPAIGN_COUNT, CAMPAIGN_REPORT, CAMPAIGN_TITLE } from '../soak/campaignNames.ts';
import { greyPng } from '../support/pngFile.ts';
import { settings, useSession, type SessionTest } from './sessionSetup.ts';

/** Enough for every fault to come once. */
const SHORT = 14;
const SEED = 1;
const MILLISECONDS_EACH = 10_000;

describe(CAMPAIGN_TITLE, () => {
  const current = useSession();
  afterEach(async () => {
    await settings().update('model', undefined, vscode.ConfigurationTarget.Global);
  });

  it('leads each of them to its end', async function () {
    const conversations = Number(process.env[CAMPAIGN_COUNT] ?? SHORT);
    this.timeout(conversations * MILLISECONDS_EACH);
    const on = current();
    const result = await runCampaign({
      conversations,
      seed: SEED,
      services: on.services,
      server: on.server,
      images: await imageFiles(on),
      setModel: (model) => settings().update('model', model, vscode.ConfigurationTarget.Global),
    });
    const report = process.env[CAMPAIGN_REPORT];
    if (report !== undefined) {
      await writeFile(report, JSON.stringify(result));
    }
    assert.deepEqual(result.bricked, []);
  });
});

/** A drawing and photographs in the formats that the API takes and in others, small and large. */
async function imageFiles(on: SessionTest): Promise<readonly vscode.Uri[]> {
  const random = seededRandom(SEED);
  const photograph = (width: number, height: number) =>
    sharp(
      Uint8Array.from({ length: width * height * 3 }, () => Math.floor(random() * 256)),
      { raw: { width, height, channels: 3 } },
    ).blur(3);
  const files: Readonly<Record<string, Buffer>> = {
    'small.png': greyPng(120, 90),
    'screen.png': greyPng(1920, 1080, (x, y) => ((x >> 4) ^ (y >> 4)) & 0xff),
    'tall.png': greyPng(300, 2500, (_, y) => (y >> 3) & 0xff),
    'photograph.jpg': await photograph(1200, 900).jpeg().toBuffer(),
    'sign.webp': await photograph(400, 300).webp().toBuffer(),
    'moving.gif': await photograph(300, 200).gif().toBuffer(),
    'scan.tiff': await photograph(500, 400).tiff({ compression: 'lzw' }).toBuffer(),
    'chart.svg': Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="40"><rect width="30" height="9"/></svg>',
    ),
  };
  return Promise.all(Object.entries(files).map(([name, bytes]) => on.file(name, bytes)));
}
