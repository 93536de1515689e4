import assert from 'node:assert/strict';
import * as l10n from '@vscode/l10n';
import { describe, it } from 'mocha';
import { modelOf } from '../../../src/core/plan/models.ts';
import { modelDetail, OFFERED_MODELS } from '../../../src/host/wording/modelWording.ts';

const detail = (id: string): string => modelDetail(modelOf(id), { l10n, language: 'en' });

describe('a model to choose from', () => {
  it('says its price, its resolution and its context window', () => {
    assert.equal(
      detail('claude-sonnet-5-5'),
      '$2 in, $10 out per million tokens · high resolution, up to 2576 px · 1,000,000 tokens of context',
    );
    assert.equal(
      detail('claude-haiku-4-5'),
      '$1 in, $5 out per million tokens · standard resolution, up to 1568 px · 200,000 tokens of context',
    );
  });

  it('says where a longer prompt costs more', () => {
    assert.match(
      detail('claude-haiku-5-5'),
      /^\$0\.10 in, \$0\.50 out per million tokens for prompts of up to 100,000 tokens · \$0\.50 in, \$2\.50 out for longer prompts · high/,
    );
  });

  it('says nothing of what is not published', () => {
    assert.equal(detail('claude-mythos-5'), 'high resolution, up to 2576 px');
  });

  it('is none that the API has retired', () => {
    const ids = OFFERED_MODELS.map(({ id }) => id);
    assert.ok(ids.includes('claude-sonnet-5-5'));
    assert.ok(!ids.some((id) => id.startsWith('claude-3')));
  });
});
