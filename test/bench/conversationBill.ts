import assert from 'node:assert/strict';
import { Panel } from '../e2e/panel.ts';
import { shownTotal } from '../e2e/shownUsage.ts';
import { dollarsOf } from '../server/prices.ts';
import { greyPng } from '../support/pngFile.ts';
import { changedPrefixes } from '../support/prefixes.ts';
import { bodyOf } from '../support/received.ts';
import { row, type Measure } from './measure.ts';
import { withPracticeWindows } from './practiceWindow.ts';

const IMAGE = 'largest.png';
const TURNS = 5;
/** The most that an image takes. */
const TOKENS = 4784;

/**
 * Turns on one image in the workbench: by how much the panel's total is not the server's bill, in
 * tokens and hundredths of a cent, and how many requests are not the one before with more at the end.
 */
export const conversationBill: Measure = {
  names: ['conversation.bill-difference'],
  run: () =>
    withPracticeWindows({ [IMAGE]: greyPng(2576, 1449) }, async (windows) => {
      await using window = await windows.open();
      await window.workbench.chooseInExplorer(IMAGE, 'Describe Image');
      const panel = await Panel.of(window.workbench);
      await panel.answer(0);
      for (let turn = 1; turn < TURNS; turn += 1) {
        await panel.send(`What else is there to be seen, apart from ${turn}?`);
        await panel.answer(turn);
      }
      const { server } = windows;
      const { requests } = server;
      assert.equal(requests.length, TURNS);
      assert.equal(requests[0]?.images[0]?.tokens, TOKENS);

      const bill = server.bill();
      const input = bill.inputTokens + bill.cacheReadTokens + bill.cacheWriteTokens;
      const dollars = bill.dollars ?? Number.NaN;
      const shown = await shownTotal(panel);
      const tokensApart = Math.abs(shown.tokens - input - bill.outputTokens);
      const centsApart = Math.abs(hundredths(shown.dollars) - hundredths(dollars));
      const changed = changedPrefixes(requests);
      const plain = { fresh: input, read: 0, written5m: 0, written1h: 0 };
      const uncached = dollarsOf(bodyOf(requests[0]).model, plain, bill.outputTokens) ?? Number.NaN;
      const note =
        `${TURNS} turns on an image of ${TOKENS} tokens: ${tokensApart} tokens and ${centsApart} hundredths ` +
        `of a cent apart, ${changed} requests with other bytes before; $${dollars.toFixed(4)} with ` +
        `the cache, $${uncached.toFixed(4)} without`;
      const value = tokensApart + centsApart + changed;
      const details = { shown, bill, uncached };
      return [row('conversation.bill-difference', value, '', 0, note, details)];
    }),
};

/** Of a cent, as the panel rounds them. */
function hundredths(dollars: number): number {
  return Math.round(Number(dollars.toFixed(4)) * 10_000);
}
