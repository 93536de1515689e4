import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, afterEach, before, describe, it } from 'mocha';
import { ClaudeApi, type HttpExchange } from '../../../src/claude/claudeApi.ts';
import type { FilesFailure, RequestFailure, RequestImage } from '../../../src/core/failure.ts';
import type { Result } from '../../../src/core/result.ts';
import type { FileStep } from '../../server/files.ts';
import { startPracticeServer, type PracticeServer } from '../../server/practiceServer.ts';
import type { ErrorStep } from '../../server/script.ts';
import { greyPng } from '../../support/pngFile.ts';

const MODEL = 'claude-sonnet-5-5';
const live = () => new AbortController().signal;

describe('the files of ClaudeApi', () => {
  let server: PracticeServer;
  const exchanges: HttpExchange[] = [];

  before(async () => {
    server = await startPracticeServer();
  });
  afterEach(() => {
    exchanges.length = 0;
    server.reset();
  });
  after(() => server.close());

  const connect = (apiKey = server.apiKey, baseUrl = server.url): ClaudeApi =>
    new ClaudeApi({ apiKey, baseUrl }, (exchange) => exchanges.push(exchange));
  const png = (width = 40) => new Uint8Array(greyPng(width, 30));
  const upload = async (api = connect(), signal = live()) =>
    api.files.upload({ name: 'a.png', mediaType: 'image/png', bytes: png() }, signal);
  const uploaded = async (): Promise<string> => valueOf(await upload()).id;
  const valueOf = <T>(result: Result<T, FilesFailure>): T =>
    result.ok ? result.value : assert.fail(result.error.kind);
  const failureOf = (result: Result<unknown, FilesFailure>): FilesFailure => {
    assert.ok(!result.ok);
    return 'requestId' in result.error ? withoutId(result.error) : result.error;
  };
  const withoutId = (failure: FilesFailure): FilesFailure => {
    const copy: object & { requestId?: unknown } = { ...failure };
    delete copy.requestId;
    return copy as FilesFailure;
  };

  it('uploads an image as it is, and logs its size and not its content', async () => {
    const file = valueOf(await upload());
    assert.equal(file.id, server.files.kept[0]?.id);
    assert.deepEqual([file.name, file.byteLength], ['a.png', png().length]);
    assert.ok(file.createdAt !== undefined && Math.abs(file.createdAt - Date.now()) < 60_000);
    assert.equal(file.expiresAt, undefined);
    assert.deepEqual(
      exchanges.map(({ method, path, status, requestBytes }) => [
        method,
        path,
        status,
        requestBytes,
      ]),
      [['POST', '/v1/files', 200, png().length]],
    );
  });

  it('takes an answer with an id of another form for none of the Files API', async () => {
    for (const id of ['', 'file_1\nAnother line', '../messages', 'f'.repeat(129)]) {
      const gateway = createServer((request, response) => {
        request.resume();
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ id, type: 'file', filename: 'a.png', size_bytes: 1 }));
      });
      gateway.listen(0, '127.0.0.1');
      await once(gateway, 'listening');
      try {
        const address = gateway.address();
        assert.ok(address !== null && typeof address === 'object');
        const api = connect(server.apiKey, `http://127.0.0.1:${address.port}`);
        assert.deepEqual(failureOf(await upload(api)), { kind: 'filesUnsupported' });
      } finally {
        gateway.closeAllConnections();
        gateway.close();
      }
    }
  });

  it('lists all pages', async () => {
    const api = connect();
    for (let count = 0; count < 101; count += 1) {
      await api.files.upload(
        { name: `${count}.png`, mediaType: 'image/png', bytes: png() },
        live(),
      );
    }
    const files = valueOf(await api.files.list(live()));
    assert.equal(files.length, 101);
    assert.equal(files[0]?.name, '100.png');
  });

  it('tells which files are gone, deleted or expired', async () => {
    const [kept, deleted, expired] = [await uploaded(), await uploaded(), await uploaded()];
    const { files } = connect();
    valueOf(await files.delete(deleted, live()));
    server.files.expire(expired);
    assert.deepEqual(valueOf(await files.missing([kept, deleted, expired], live())), [
      deleted,
      expired,
    ]);
  });

  it('takes a file that is not there for deleted', async () => {
    assert.deepEqual(await connect().files.delete('file_none', live()), {
      ok: true,
      value: undefined,
    });
  });

  const fails: readonly [title: string, step: FileStep, failure: FilesFailure][] = [
    ['a 404', { kind: 'error', status: 404 }, { kind: 'filesUnsupported' }],
    ['a 405', { kind: 'error', status: 405, html: 'no' }, { kind: 'filesUnsupported' }],
    ['a page', { kind: 'error', status: 200, html: '<h1>Hi</h1>' }, { kind: 'filesUnsupported' }],
    ['a 401', { kind: 'error', status: 401 }, { kind: 'keyRejected' }],
    [
      'a 403',
      { kind: 'error', status: 403, message: 'no' },
      { kind: 'permissionDenied', message: 'no' },
    ],
    ['a 413', { kind: 'error', status: 413 }, { kind: 'requestTooLarge' }],
    ['a 529', { kind: 'error', status: 529 }, { kind: 'overloaded' }],
    ['a 500', { kind: 'error', status: 500 }, { kind: 'serverError', status: 500 }],
  ];
  for (const [title, step, failure] of fails) {
    it(`turns ${title} into a failure, at once`, async () => {
      server.files.script(step);
      assert.deepEqual(failureOf(await upload()), failure);
      assert.equal(server.requests.length, 1);
    });
  }

  it('tells a full storage, and a server that is not there', async () => {
    server.files.setQuota(1);
    assert.deepEqual(failureOf(await upload()), { kind: 'storageFull' });
    const { port } = new URL(server.url);
    server.setReachable(false);
    assert.equal(failureOf(await upload()).kind, 'unreachable');
    assert.match(JSON.stringify(failureOf(await upload())), new RegExp(port));
  });

  it('stops an upload, and the server sees the stop', async () => {
    server.files.script({ kind: 'hold' });
    const stopping = new AbortController();
    const stopped = upload(connect(), stopping.signal);
    const received = await server.waitForRequest();
    stopping.abort();
    assert.deepEqual(failureOf(await stopped), { kind: 'stopped' });
    await received.ended;
    assert.equal(received.aborted, true);
  });

  describe('in a request', () => {
    const ask = async (...ids: readonly string[]): Promise<RequestFailure | undefined> => {
      const { end } = await connect().streamAnswer(
        {
          model: MODEL,
          max_tokens: 100,
          messages: [
            {
              role: 'user',
              content: [
                ...ids.map(
                  (id) => ({ type: 'image', source: { type: 'file', file_id: id } }) as const,
                ),
                { type: 'text', text: 'What is it?' },
              ],
            },
          ],
        },
        {
          signal: live(),
          onText: () => undefined,
          images: new Map<string, RequestImage>([
            ['messages.0.content.0', { id: '1', name: 'a.png' }],
          ]),
        },
      );
      if (end.kind !== 'failed') {
        return undefined;
      }
      return 'requestId' in end.failure ? (withoutId(end.failure) as RequestFailure) : end.failure;
    };
    const answers = (step: Omit<ErrorStep, 'kind'>) => server.script({ kind: 'error', ...step });

    it('are looked at', async () => {
      assert.equal(await ask(await uploaded()), undefined);
      assert.equal(server.requests.at(-1)?.images[0]?.source, 'file');
    });

    it('are named when they are gone or expired', async () => {
      const [kept, expired] = [await uploaded(), await uploaded()];
      assert.deepEqual(await ask(kept, 'file_none'), { kind: 'filesGone', fileIds: ['file_none'] });
      server.files.expire(expired);
      assert.deepEqual(await ask(kept, expired), { kind: 'filesGone', fileIds: [expired] });
    });

    it('are all in doubt when the server names none', async () => {
      const id = await uploaded();
      answers({ status: 404, message: 'expired', errorCode: 'file_expired' });
      assert.deepEqual(await ask(id, id), { kind: 'filesGone', fileIds: [id] });
    });

    it('are gone when the server does not take their source', async () => {
      const id = await uploaded();
      answers({ status: 400, message: 'messages.0.content.0.image.source.file.file_id: no' });
      assert.deepEqual(await ask(id), { kind: 'filesGone', fileIds: [id] });
    });

    it('are not to blame for a model that is not known, nor for a picture too large', async () => {
      const id = await uploaded();
      answers({ status: 404, message: `model: ${MODEL}` });
      assert.deepEqual(await ask(id), { kind: 'modelNotFound', model: MODEL });
      answers({
        status: 400,
        message: 'messages.0.content.0.image.source.file.file_id: too large',
        errorCode: 'image_dimensions_too_large',
      });
      assert.equal((await ask(id))?.kind, 'imagesRejected');
      answers({ status: 400, message: 'max_tokens: no' });
      assert.equal((await ask(id))?.kind, 'requestInvalid');
    });
  });
});
