import assert from 'node:assert/strict';
import * as l10n from '@vscode/l10n';
import { describe, it } from 'mocha';
import type { Billed } from '../../../src/core/conversation/billing.ts';
import { totalLabel, usageLabel } from '../../../src/host/wording/usageLabels.ts';

const locale = { l10n, language: 'en' };
const label = (input: number, output: number, read = 0, write = 0, model = 'claude-sonnet-5-5') =>
  usageLabel(
    { inputTokens: input, outputTokens: output, cacheReadTokens: read, cacheWriteTokens: write },
    model,
    locale,
  );

describe('what an answer is said to cost', () => {
  it('is tokens and dollars', () => {
    assert.equal(label(4812, 312), '4,812 tokens in · 312 out · $0.0127');
  });

  it('says what came from the cache and what that saved', () => {
    assert.equal(
      label(0, 131, 4784, 146),
      '4,930 tokens in, 4,784 of them from the cache · 131 out · $0.0022 ($0.0090 saved)',
    );
  });

  it('says what went into the cache and what that cost', () => {
    assert.equal(
      label(0, 131, 0, 4930),
      '4,930 tokens in, 4,930 of them into the cache · 131 out · $0.0136 ($0.0025 of it to write the cache)',
    );
  });

  it('is tokens alone where the price is not known', () => {
    assert.equal(
      label(10, 5, 600, 0, 'llava'),
      '610 tokens in, 600 of them from the cache · 5 out',
    );
  });
});

describe('what a conversation is said to cost', () => {
  const billed = (model: string, inputTokens: number, dollars?: number): Billed => ({
    model,
    usage: { inputTokens, outputTokens: 10, cacheReadTokens: 100, cacheWriteTokens: 1000 },
    ...(dollars !== undefined && { dollars }),
  });
  const last = billed('claude-haiku-5-5', 890, 0.02);

  it('is the sum of all tokens and dollars', () => {
    const bill = [billed('claude-sonnet-5-5', 10_890, 0.0141), last];
    assert.equal(totalLabel(bill, last, locale), 'Conversation: 14,000 tokens · $0.0341');
  });

  it('is not said while there is one answer', () => {
    assert.equal(totalLabel([last], last, locale), '');
  });

  it('is tokens alone where a price is not known', () => {
    assert.equal(
      totalLabel([billed('llava', 10_890), last], last, locale),
      'Conversation: 14,000 tokens',
    );
  });
});
