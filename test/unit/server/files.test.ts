import assert from 'node:assert/strict';
import { toFile } from '@anthropic-ai/sdk';
import { describe, it } from 'mocha';
import { apiErrorOf, ask, clientOf, defined, picture, practice, text } from './support.ts';

describe('the practice server keeps files', () => {
  const each = practice();

  const upload = async (name = 'a.png', color = 0xa03020ff) =>
    each.client.files.upload({
      file: await toFile(await picture(60, 30, color), name, { type: 'image/png' }),
    });
  const askAbout = (...ids: readonly string[]) =>
    each.client.messages.create(
      ask(
        ...ids.map((id) => ({ type: 'image', source: { type: 'file', file_id: id } }) as const),
        text('What is it?'),
      ),
    );

  it('takes a file, describes it, and looks at it like at bytes that were sent', async () => {
    const bytes = await picture(60, 30);
    const file = await upload();
    assert.deepEqual(
      [file.type, file.filename, file.mime_type, file.size_bytes, file.expires_at],
      ['file', 'a.png', 'image/png', bytes.length, null],
    );
    assert.deepEqual(await each.client.files.retrieveMetadata(file.id), file);

    const { content } = await askAbout(file.id);
    assert.match(JSON.stringify(content), /PNG, as uploaded before \| 60 x 30 \| 6 \| `#a03020`/);
    const [image] = defined(each.server.requests.at(-1)).images;
    assert.deepEqual([image?.source, image?.fileId], ['file', file.id]);
  });

  it('notes what an upload held without its bytes', async () => {
    await upload('folder/b.png');
    const [received] = each.server.requests;
    const { name, mediaType, sha256 } = defined(received).body as Record<string, string>;
    assert.deepEqual([name, mediaType, sha256?.length], ['b.png', 'image/png', 64]);
    assert.equal(received?.headers['anthropic-beta'], undefined);
  });

  it('lists files in pages, the newest first, and by their ids', async () => {
    const ids: string[] = [];
    for (const name of ['a.png', 'b.png', 'c.png']) ids.unshift((await upload(name)).id);
    const listed: string[] = [];
    for await (const { id } of each.client.files.list({ limit: 2 })) listed.push(id);
    assert.deepEqual(listed, ids);
    assert.equal(each.server.requests.filter(({ method }) => method === 'GET').length, 2);

    const { data } = await each.client.files.list({ ids: [ids[1] ?? '', 'file_none'] });
    assert.deepEqual(
      data.map(({ id }) => id),
      [ids[1]],
    );
    assert.equal((await apiErrorOf(each.client.files.list({ page: 'x' }))).status, 400);
    assert.equal((await apiErrorOf(each.client.files.list({ limit: 0 }))).status, 400);
  });

  it('deletes a file, and knows it no more', async () => {
    const { id } = await upload();
    assert.deepEqual(await each.client.files.delete(id), { id, type: 'file_deleted' });
    assert.deepEqual(each.server.files.kept, []);
    for (const gone of [
      each.client.files.delete(id),
      each.client.files.retrieveMetadata(id),
      askAbout(id),
    ]) {
      const error = await apiErrorOf(gone);
      assert.deepEqual([error.status, error.type], [404, 'not_found_error']);
      assert.match(error.message, new RegExp(id));
    }
  });

  it('lets a file expire, by its time or when a test says so', async () => {
    const file = await toFile(await picture(5, 5), 'a.png', { type: 'image/png' });
    const kept = await each.client.files.upload({ file, expires_in_seconds: 3600 });
    const hour = Date.parse(kept.expires_at ?? '') - Date.parse(kept.created_at);
    assert.equal(hour, 3_600_000);
    const early = each.client.files.upload({ file, expires_in_seconds: 60 });
    assert.equal((await apiErrorOf(early)).status, 400);

    each.server.files.expire(kept.id);
    const error = await apiErrorOf(askAbout(kept.id));
    assert.deepEqual([error.status, error.errorCode], [404, 'file_expired']);
  });

  it('refuses what is not the picture that it says, empty, too much, or badly named', async () => {
    const png = await picture(5, 5);
    const refusal = async (bytes: Buffer, name: string, type: string): Promise<string> => {
      const file = await toFile(bytes, name, { type });
      return (await apiErrorOf(each.client.files.upload({ file }))).message;
    };
    assert.match(await refusal(png, 'a.jpg', 'image/jpeg'), /appears to be image\/png/);
    assert.match(await refusal(Buffer.from('hello'), 'a.png', 'image/png'), /no image/);
    assert.match(await refusal(png, 'a.pdf', 'application/pdf'), /images only/);
    assert.match(await refusal(Buffer.alloc(0), 'a.png', 'image/png'), /empty/);
    assert.match(await refusal(png, 'a:b.png', 'image/png'), /Invalid filename/);

    each.server.files.setQuota(png.length - 1);
    const file = await toFile(png, 'a.png', { type: 'image/png' });
    const full = await apiErrorOf(each.client.files.upload({ file }));
    assert.deepEqual([full.status, full.errorCode], [400, 'storage_quota_exceeded']);
  });

  it('wants the key, a form, and no header of a beta', async () => {
    const file = await toFile(await picture(5, 5), 'a.png', { type: 'image/png' });
    const stranger = clientOf(each.server, 'sk-other').files.upload({ file });
    assert.equal((await apiErrorOf(stranger)).status, 401);
    const json = each.client.post('/v1/files', { body: { file: 'x' } });
    assert.match((await apiErrorOf(json)).message, /multipart\/form-data/);
    const old = each.client.beta.files.upload({ file, betas: ['files-api-2025-04-14'] });
    assert.match((await apiErrorOf(old)).message, /anthropic-beta/);
    assert.deepEqual(each.server.files.kept, []);
  });

  it('does what a test scripts, for the operation that it names', async () => {
    const { files } = each.server;
    files.script({ kind: 'error', status: 529 }, { kind: 'cut', on: 'list' }, { kind: 'hold' });
    assert.equal((await apiErrorOf(upload())).status, 529);
    await assert.rejects(Promise.resolve(each.client.files.list()));
    await each.server.waitForRequest(({ status }) => status === 529);
    await each.server.waitForRequest(({ method }) => method === 'GET');
    const held = upload();
    await each.server.waitForRequest();
    assert.deepEqual(files.kept, []);
    files.release();
    assert.equal((await held).type, 'file');
  });

  it('can be a server that has no files', async () => {
    const { id } = await upload();
    each.server.files.setSupported(false);
    assert.equal((await apiErrorOf(upload())).status, 404);
    assert.equal((await apiErrorOf(each.client.files.list())).status, 404);
    const error = await apiErrorOf(askAbout(id));
    assert.match(error.message, /messages\.0\.content\.0\.image\.source\.file.* keeps no files/);
  });
});
