import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { estimateTokens } from '../../../src/core/plan/estimateTokens.ts';
import { makeImageHeader as header } from './makeImageHeader.ts';

const SONNET = { model: 'claude-sonnet-5-5', imagesInRequest: 1 };

describe('estimateTokens', () => {
  it('counts what will be sent', () => {
    assert.equal(estimateTokens(header(1000, 1000), 1000, SONNET), 1296);
    assert.equal(estimateTokens(header(3840, 2160), 1000, SONNET), 4784);
    assert.equal(
      estimateTokens(header(1920, 1080), 1000, { ...SONNET, model: 'claude-haiku-4-5' }),
      1560,
    );
    assert.equal(estimateTokens(header(768, 768), 1000, { ...SONNET, detail: 'low' }), 784);
    assert.equal(estimateTokens(header(1536, 1536), 1000, { ...SONNET, detail: 'low' }), 784);
  });

  it('says nothing of what is refused', () => {
    assert.equal(estimateTokens(header(30_000, 30_000), 1000, SONNET), undefined);
  });
});
