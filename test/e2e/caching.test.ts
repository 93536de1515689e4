import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { greyPng } from '../support/pngFile.ts';
import { changedPrefixes } from '../support/prefixes.ts';
import { Panel } from './panel.ts';
import { usePractice } from './practice.ts';
import { shownTotal } from './shownUsage.ts';

describe('the cost of a conversation', () => {
  const practice = usePractice();
  const shared = practice.share({ files: { 'largest.png': greyPng(2576, 1449) } });

  it('falls with the prompt cache, and the panel says what was saved and what all of it costs', async () => {
    const { server } = practice;
    const { workbench } = shared.window;
    await workbench.chooseInExplorer('largest.png', 'Describe Image');
    const panel = await Panel.of(workbench);
    await panel.answer(0);
    assert.doesNotMatch(await panel.usage.innerText(), /Conversation|cache/);

    await panel.send('And now?');
    await panel.answer(1);
    const { cacheReadTokens, cacheWriteTokens } = server.bill();
    assert.equal(cacheReadTokens, 0);
    assert.ok(cacheWriteTokens > 4784);
    await panel.usage.filter({ hasText: /of them into the cache .* to write the cache/ }).waitFor();

    await panel.send('And then?');
    await panel.answer(2);
    const bill = server.bill();
    assert.equal(bill.cacheReadTokens, cacheWriteTokens);
    await panel.usage
      .filter({ hasText: /of them from the cache · \d+ out · \$0\.\d{4} \(\$0\.00\d\d saved\)/ })
      .waitFor();
    await workbench.screenshot('prompt-cache');

    const { tokens, dollars } = await shownTotal(panel);
    const { inputTokens, outputTokens } = bill;
    const all = inputTokens + bill.cacheReadTokens + bill.cacheWriteTokens + outputTokens;
    assert.equal(tokens, all);
    assert.equal(dollars.toFixed(4), bill.dollars?.toFixed(4));
    assert.equal(server.requests.length, 3);
    assert.equal(changedPrefixes(server.requests), 0);
  });
});
