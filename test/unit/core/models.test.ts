import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { limitsOf } from '../../../src/core/plan/limits.ts';
import {
  HIGH_RESOLUTION_TIER,
  modelOf,
  MODELS,
  STANDARD_TIER,
} from '../../../src/core/plan/models.ts';

describe('the model table', () => {
  it('gives the high-resolution tier to Claude 4.7 and later', () => {
    const newer =
      'fable-5 fable-5-1 fable-5-2 mythos-5 mythos-5-1 mythos-5-2 ' +
      'opus-4-7 opus-4-8 opus-5 opus-5-5 sonnet-5 sonnet-5-5 haiku-5-5';
    for (const name of newer.split(' ')) {
      assert.equal(modelOf(`claude-${name}`).tier, HIGH_RESOLUTION_TIER, name);
    }
    for (const name of ['opus-4-5', 'opus-4-6', 'sonnet-4-5', 'sonnet-4-6', 'haiku-4-5']) {
      assert.equal(modelOf(`claude-${name}`).tier, STANDARD_TIER, name);
    }
  });

  it('allows 100 images to models with a window of 200k and 600 to the others', () => {
    for (const model of MODELS) {
      assert.equal(model.maxImages, model.contextWindow === 200_000 ? 100 : 600, model.id);
    }
  });

  it('knows effort on Opus 4.5, Sonnet 4.6, Haiku 5.5 and later', () => {
    const unaware = MODELS.filter((model) => !model.knowsEffort).map((model) => model.id);
    assert.deepEqual(unaware, ['claude-sonnet-4-5', 'claude-haiku-4-5', 'claude-3-7-sonnet']);
  });

  it('caches prompts from the published size on, and of an unknown model from the largest', () => {
    const published = {
      512: 'fable-5 fable-5-1 fable-5-2 opus-5 opus-5-5 sonnet-5-5 haiku-5-5',
      1024: 'opus-4-8 sonnet-5 sonnet-4-6 sonnet-4-5',
      2048: 'opus-4-7',
      4096: 'opus-4-5 opus-4-6 haiku-4-5',
    };
    for (const [tokens, names] of Object.entries(published)) {
      for (const name of names.split(' ')) {
        assert.equal(modelOf(`claude-${name}`).leastCacheable, Number(tokens), name);
      }
    }
    assert.equal(modelOf('llava:13b').leastCacheable, 4096);
  });

  // Input, output, cache write of 5 minutes and of an hour, cache read; window, longest output.
  const published: Readonly<Record<string, readonly (number | undefined)[]>> = {
    'fable-5-2': [8, 40, 10, undefined, 0.2, 1e6, 128_000],
    'fable-5-1': [10, 50, 12.5, 20, 0.25, 1e6, 128_000],
    'fable-5': [10, 50, 12.5, 20, 1, 1e6, 128_000],
    'opus-5-5': [4, 20, 5, 8, 0.2, 1e6, 128_000],
    'opus-5': [5, 25, 6.25, 10, 0.5, 1e6, 128_000],
    'opus-4-8': [5, 25, 6.25, 10, 0.5, 1e6, 128_000],
    'opus-4-7': [5, 25, 6.25, 10, 0.5, 1e6, 128_000],
    'opus-4-6': [5, 25, 6.25, 10, 0.5, 1e6, 128_000],
    'opus-4-5': [5, 25, 6.25, 10, 0.5, 200_000, undefined],
    'sonnet-5-5': [2, 10, 2.5, 4, 0.1, 1e6, 128_000],
    'sonnet-5': [2, 10, 2.5, 4, 0.2, 1e6, 128_000],
    'sonnet-4-6': [3, 15, 3.75, 6, 0.3, 1e6, 128_000],
    'sonnet-4-5': [3, 15, 3.75, 6, 0.3, 200_000, undefined],
    'haiku-5-5': [0.1, 0.5, 0.125, 0.2, 0.01, 1e6, 128_000],
    'haiku-4-5': [1, 5, 1.25, 2, 0.1, 200_000, 64_000],
  };
  for (const [name, figures] of Object.entries(published)) {
    it(`has the published prices and windows of ${name}`, () => {
      const model = modelOf(`claude-${name}`);
      const [prices] = model.prices ?? [];
      assert.deepEqual(
        [
          prices?.input,
          prices?.output,
          prices?.cacheWrite5m,
          prices?.cacheWrite1h,
          prices?.cacheRead,
          model.contextWindow,
          model.maxOutputTokens,
        ],
        figures,
      );
    });
  }

  it('has a second price for prompts to Haiku 5.5 of more than 100k tokens', () => {
    assert.deepEqual(
      modelOf('claude-haiku-5-5').prices?.map(({ upToPromptTokens, ...prices }) => [
        upToPromptTokens,
        Object.values(prices),
      ]),
      [
        [100_000, [0.1, 0.5, 0.125, 0.2, 0.01]],
        [undefined, [0.5, 2.5, 0.625, 1, 0.05]],
      ],
    );
  });

  it('has every id once, and prices that rise from cache read to output', () => {
    assert.equal(new Set(MODELS.map((model) => model.id)).size, MODELS.length);
    for (const { id, prices } of MODELS) {
      for (const step of prices ?? []) {
        assert.ok(step.cacheRead < step.input && step.input < step.cacheWrite5m, id);
        assert.ok(step.cacheWrite5m < step.output, id);
      }
    }
  });
});

describe('limitsOf', () => {
  it('is 10 MB an image on the Claude API and 5 MB elsewhere, in requests of 32, 20 and 30 MB', () => {
    const megabytes = (['anthropic', 'bedrock', 'vertex'] as const).map((provider) => {
      const { imageBase64Bytes, requestBytes } = limitsOf(provider);
      return [imageBase64Bytes / 1024 ** 2, requestBytes / 1024 ** 2];
    });
    assert.deepEqual(megabytes, [
      [10, 32],
      [5, 20],
      [5, 30],
    ]);
  });
});

describe('modelOf', () => {
  it('takes a snapshot for its model and keeps the id that was asked for', () => {
    const model = modelOf('claude-haiku-4-5-20251001');
    assert.equal(model.id, 'claude-haiku-4-5-20251001');
    assert.equal(model.displayName, 'Claude Haiku 4.5');
    assert.equal(model.tier, STANDARD_TIER);
  });

  it('gives an unknown id the newest limits and no price', () => {
    const model = modelOf('llava:13b');
    assert.equal(model.tier, HIGH_RESOLUTION_TIER);
    assert.equal(model.tokenRule, 'patch');
    assert.equal(model.maxImages, 600);
    assert.equal(model.prices, undefined);
    assert.equal(model.knowsEffort, false);
  });

  it('keeps the area rule for the Claude 3 generation', () => {
    for (const id of ['claude-3-opus-20240229', 'claude-3-7-sonnet-20250219']) {
      assert.equal(modelOf(id).tokenRule, 'area');
      assert.equal(modelOf(id).tier, STANDARD_TIER);
      assert.equal(modelOf(id).maxImages, 100);
    }
    assert.equal(modelOf('claude-3-opus-20240229').prices, undefined);
  });
});
