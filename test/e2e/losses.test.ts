import assert from 'node:assert/strict';
import process from 'node:process';
import { describe, it } from 'mocha';
import { lossesFiles, lossesOf } from '../soak/losses.ts';
import { startAnew } from './panel.ts';
import { usePractice } from './practice.ts';

const TIMES = 2;
const SEED = 5;
const MOST_MS = 240_000;

describe('a window that is cut off in the middle of a stream', () => {
  const practice = usePractice();
  const shared = practice.share({ files: lossesFiles(TIMES) });

  it('has everything again after each reload', async function reloads() {
    this.timeout(MOST_MS);
    const { window } = shared;
    await startAnew(window.workbench);
    const { server } = practice;
    const lost = await lossesOf({ window, server, cut: 'reload', times: TIMES, seed: SEED });
    assert.deepEqual(lost, []);
  });

  it('has everything again after each death of its extension host', async function kills() {
    if (process.platform !== 'linux') {
      this.skip();
    }
    this.timeout(MOST_MS);
    const { window } = shared;
    await startAnew(window.workbench);
    const { server } = practice;
    const lost = await lossesOf({ window, server, cut: 'kill', times: TIMES, seed: SEED });
    assert.deepEqual(lost, []);
  });
});
