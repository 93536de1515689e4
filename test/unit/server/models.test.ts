import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { apiErrorOf, practice } from './support.ts';

describe('the practice server lists the models', () => {
  const each = practice();
  const idsOf = (page: { readonly data: readonly { readonly id: string }[] }): readonly string[] =>
    page.data.map(({ id }) => id);

  it('page by page, forth and back', async () => {
    const { models } = each.client;
    const all = idsOf(await models.list({ limit: 1000 }));
    const first = await models.list({ limit: 5 });
    assert.deepEqual(idsOf(first), all.slice(0, 5));
    assert.deepEqual([first.has_more, first.first_id, first.last_id], [true, all[0], all[4]]);
    const second = await first.getNextPage();
    assert.deepEqual(idsOf(second), all.slice(5, 10));
    const back = await models.list({ limit: 5, before_id: all[5] ?? '' });
    assert.deepEqual(idsOf(back), all.slice(0, 5));
    assert.equal(back.has_more, false);
    const last = await models.list({ limit: 5, after_id: all.at(-3) ?? '' });
    assert.deepEqual([idsOf(last), last.has_more], [all.slice(-2), false]);
  });

  it('to the last one, each once', async () => {
    const ids: string[] = [];
    for await (const { id } of each.client.models.list({ limit: 4 })) ids.push(id);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(ids, idsOf(await each.client.models.list({ limit: 1000 })));
    assert.ok(ids.includes('claude-sonnet-5-5'));
  });

  it('by their stage of life', async () => {
    const { models } = each.client;
    assert.deepEqual(idsOf(await models.list({ lifecycle: ['deprecated'] })), [
      'claude-sonnet-4-5',
    ]);
    assert.deepEqual(idsOf(await models.list({ lifecycle: ['retired'] })), []);
  });

  it('and describes one', async () => {
    const haiku = await each.client.models.retrieve('claude-haiku-4-5-20251001');
    assert.equal(haiku.id, 'claude-haiku-4-5');
    assert.deepEqual([haiku.max_input_tokens, haiku.max_tokens], [200_000, 64_000]);
    assert.equal(haiku.capabilities?.image_input.supported, true);
    assert.equal(haiku.capabilities?.effort.supported, false);
    assert.equal(haiku.capabilities?.thinking.types.adaptive.supported, false);
    const sonnet = await each.client.models.retrieve('claude-sonnet-5-5');
    assert.equal(sonnet.capabilities?.thinking.types.disabled.supported, false);
    assert.equal(sonnet.lifecycle, 'active');
  });

  it('and knows no others', async () => {
    const error = await apiErrorOf(each.client.models.retrieve('claude-2'));
    assert.deepEqual([error.status, error.apiMessage], [404, 'model: claude-2']);
  });

  for (const [query, message] of [
    [{ limit: 0 }, 'limit: Input should be greater than or equal to 1'],
    [{ limit: 1001 }, 'limit: Input should be less than or equal to 1000'],
    [{ after_id: 'x' }, 'after_id: no model has the id x'],
    [{ after_id: 'x', before_id: 'y' }, 'Only one of before_id and after_id may be given'],
  ] as const) {
    it(`refuses ${JSON.stringify(query)}`, async () => {
      assert.equal((await apiErrorOf(each.client.models.list(query))).apiMessage, message);
    });
  }
});
