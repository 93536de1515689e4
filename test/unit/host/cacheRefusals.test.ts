import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { AnswerOutcome } from '../../../src/claude/claudeApi.ts';
import type { RequestFailure } from '../../../src/core/failure.ts';
import { CacheRefusals } from '../../../src/host/conversation/cacheRefusals.ts';

const COMPLETE: AnswerOutcome = { end: { kind: 'complete' } };
const failing = (failure: RequestFailure): AnswerOutcome => ({ end: { kind: 'failed', failure } });

/** Servers that fail what is marked, and what each was asked. */
class Servers {
  readonly log: string[] = [];
  readonly asked: string[] = [];
  readonly refusals = new CacheRefusals({ info: (line: string) => void this.log.push(line) });

  send(baseUrl: string, whenMarked: AnswerOutcome, pays = true): Promise<AnswerOutcome> {
    return this.refusals.send({
      baseUrl,
      plan: (uncached) => ({
        body: {
          model: 'm',
          max_tokens: 1,
          messages: [],
          ...(pays && !uncached && { cache_control: { type: 'ephemeral' } }),
        },
        images: new Map(),
      }),
      send: ({ body }) => {
        const isMarked = body.cache_control !== undefined;
        this.asked.push(`${baseUrl} ${isMarked ? 'marked' : 'plain'}`);
        return Promise.resolve(isMarked ? whenMarked : COMPLETE);
      },
    });
  }
}

describe('a server that does not know the prompt cache', () => {
  const refusals: readonly [title: string, failure: RequestFailure][] = [
    [
      'at the top',
      { kind: 'requestInvalid', message: 'cache_control: Extra inputs are not permitted' },
    ],
    [
      'at an image',
      {
        kind: 'imagesRejected',
        images: [{ id: 'a', name: 'a.png' }],
        message: 'messages.0.content.1.image.cache_control: Extra inputs are not permitted',
      },
    ],
  ];
  for (const [title, failure] of refusals) {
    it(`is asked again at once without it when it refuses it ${title}, and no more with it`, async () => {
      const servers = new Servers();
      assert.equal(await servers.send('a', failing(failure)), COMPLETE);
      assert.equal(await servers.send('a', failing(failure)), COMPLETE);
      assert.equal(await servers.send('b', COMPLETE), COMPLETE);
      assert.deepEqual(servers.asked, ['a marked', 'a plain', 'a plain', 'b marked']);
      assert.match(servers.log.join('\n'), /^The server refused cache_control.*$/);
    });
  }

  it('is told from one that refuses something else', async () => {
    const servers = new Servers();
    const other = failing({ kind: 'requestInvalid', message: 'max_tokens: too many' });
    assert.equal(await servers.send('a', other), other);
    assert.deepEqual(servers.asked, ['a marked']);
  });

  it('is not asked again when some text has come', async () => {
    const servers = new Servers();
    const late = failing({ kind: 'requestInvalid', message: 'cache_control: not permitted' });
    const outcome = { ...late, anyText: true } as const;
    assert.equal(await servers.send('a', outcome), outcome);
    assert.deepEqual(servers.asked, ['a marked']);
  });

  it('is not held to be one for what was not asked of it', async () => {
    const servers = new Servers();
    await servers.send('a', COMPLETE, false);
    await servers.send('a', COMPLETE);
    assert.deepEqual(servers.asked, ['a plain', 'a marked']);
  });
});
