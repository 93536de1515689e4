import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, it } from 'mocha';
import type { KeptFile } from '../../../src/claude/files.ts';
import type { FilesFailure } from '../../../src/core/failure.ts';
import { failed, success, type Result } from '../../../src/core/result.ts';
import { UploadedImages } from '../../../src/host/conversation/uploadedImages.ts';
import {
  filesConnection,
  Uploads,
  type FilesConnection,
} from '../../../src/host/conversation/uploads.ts';
import type { UploadRecord } from '../../../src/host/conversation/uploadStore.ts';

const live = () => new AbortController().signal;
const KEY = 'sk-ant-secret';

/** An image of so many bytes. */
const image = (bytes: number) => ({
  sha256: createHash('sha256').update(String(bytes)).digest('hex'),
  mediaType: 'image/png' as const,
  byteLength: bytes,
});

/** A server that keeps files in memory and answers when it is told, or at once. */
class Server {
  readonly baseUrl = 'https://api.example';
  files: KeptFile[] = [];
  uploads = 0;
  underWay = 0;
  mostAtOnce = 0;
  /** What an upload gets instead of being done. */
  failure: FilesFailure | undefined;
  gate: Promise<void> | undefined;
  expiresAt: number | undefined;
  cannotDelete: string | undefined;
  hasList = true;

  async upload(
    { name, bytes }: { name: string; bytes: Uint8Array },
    signal: AbortSignal,
  ): Promise<Result<KeptFile, FilesFailure>> {
    this.uploads += 1;
    const number = this.uploads;
    this.underWay += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.underWay);
    await (this.gate ?? nextTurn());
    this.underWay -= 1;
    if (signal.aborted) {
      return failed({ kind: 'stopped' });
    }
    if (this.failure) {
      return failed(this.failure);
    }
    const file = {
      id: `file_${number}`,
      name,
      byteLength: bytes.byteLength,
      createdAt: number,
      ...(this.expiresAt !== undefined && { expiresAt: this.expiresAt }),
    };
    this.files.push(file);
    return success(file);
  }

  async list(): Promise<Result<readonly KeptFile[], FilesFailure>> {
    return this.hasList ? success(this.files) : failed({ kind: 'filesUnsupported' });
  }

  async missing(ids: readonly string[]): Promise<Result<readonly string[], FilesFailure>> {
    return success(ids.filter((id) => this.files.every((file) => file.id !== id)));
  }

  async delete(id: string): Promise<Result<void, FilesFailure>> {
    if (id === this.cannotDelete) {
      return failed({ kind: 'overloaded' });
    }
    this.files = this.files.filter((file) => file.id !== id);
    return success(undefined);
  }
}

describe('Uploads', () => {
  let server: Server;
  let connection: FilesConnection;
  let records: readonly UploadRecord[];
  let lines: string[];
  let isDiskFull: boolean;
  let uploads: Uploads;

  const open = () =>
    new Uploads({
      store: {
        all: async () => records,
        change: async (change) => {
          if (isDiskFull) {
            throw Object.assign(new Error('full'), { code: 'ENOSPC' });
          }
          records = change(records);
        },
      },
      bytes: async () => new Uint8Array(10),
      log: { info: (line) => lines.push(line), warn: (line) => lines.push(line) },
    });
  const provide = async (
    images = [image(1)],
    signal = live(),
    to = connection,
    from = uploads,
  ): Promise<readonly (string | undefined)[]> => {
    const ids = await from.provide(images, to, signal);
    assert.ok(ids.ok);
    return images.map(({ sha256 }) => ids.value.get(sha256));
  };

  beforeEach(() => {
    server = new Server();
    connection = filesConnection(server, KEY);
    records = [];
    lines = [];
    isDiskFull = false;
    uploads = open();
  });

  it('uploads an image once, also for the next window, and under a name that tells nothing', async () => {
    assert.deepEqual(await provide(), ['file_1']);
    assert.deepEqual(await provide(), ['file_1']);
    uploads = open();
    assert.deepEqual(await provide(), ['file_1']);
    assert.equal(server.uploads, 1);
    const digits = image(1).sha256.slice(0, 12);
    assert.equal(server.files[0]?.name, `vision-for-claude-${digits}.png`);
  });

  it('keeps and logs nothing of the key', async () => {
    await provide();
    server.failure = { kind: 'overloaded' };
    await provide([image(2)]);
    assert.ok(!JSON.stringify([records, lines]).includes('secret'));
    assert.match(records[0]?.keyFingerprint ?? '', /^[0-9a-f]{12}$/);
    assert.deepEqual(lines, [
      'Uploaded file_1 (10 bytes)',
      'Images go with the request, upload failed: overloaded',
    ]);
  });

  it('uploads for each key and each server', async () => {
    await provide();
    const otherKey = filesConnection(server, 'sk-other');
    assert.deepEqual(await provide([image(1)], live(), otherKey), ['file_2']);
    const elsewhere = Object.assign(new Server(), { baseUrl: 'https://b.example' });
    assert.deepEqual(await provide([image(1)], live(), filesConnection(elsewhere, KEY)), [
      'file_1',
    ]);
    assert.deepEqual(await provide(), ['file_1']);
  });

  it('uploads at most four at once, and an image that two want only once', async () => {
    const images = Array.from({ length: 10 }, (_, index) => image(index));
    const [ids, same] = await Promise.all([provide(images), provide(images)]);
    assert.deepEqual(ids, same);
    assert.equal(server.uploads, 10);
    assert.ok(server.mostAtOnce <= 8 && server.mostAtOnce >= 4);
    const again = new Server();
    await provide(
      images,
      live(),
      filesConnection(Object.assign(again, { baseUrl: 'https://c' }), KEY),
    );
    assert.equal(again.mostAtOnce, 4);
  });

  it('goes on with an upload that another conversation has stopped', async () => {
    const opening = Promise.withResolvers<void>();
    server.gate = opening.promise;
    const stopping = new AbortController();
    const stopped = provide([image(1)], stopping.signal);
    await nextTurn();
    const other = provide();
    await nextTurn();
    stopping.abort();
    opening.resolve();
    await assert.rejects(stopped, { name: 'AbortError' });
    assert.deepEqual(await other, ['file_2']);
  });

  it('is stopped at once while it waits for the upload of another', async () => {
    const opening = Promise.withResolvers<void>();
    server.gate = opening.promise;
    const first = provide();
    await nextTurn();
    const stopping = new AbortController();
    const second = provide([image(1)], stopping.signal);
    await nextTurn();
    stopping.abort();
    await assert.rejects(second, { name: 'AbortError' });
    opening.resolve();
    assert.deepEqual(await first, ['file_1']);
  });

  it('gives no id for what could not be uploaded, and tries no other for that request', async () => {
    const images = Array.from({ length: 10 }, (_, index) => image(index));
    server.failure = { kind: 'storageFull' };
    assert.deepEqual(new Set(await provide(images)), new Set([undefined]));
    assert.equal(server.uploads, 4);
    server.failure = undefined;
    assert.ok((await provide(images)).every((id) => id !== undefined));
  });

  it('fails as a whole when the key is refused', async () => {
    server.failure = { kind: 'keyRejected' };
    assert.deepEqual(await uploads.provide([image(1)], connection, live()), {
      ok: false,
      error: { kind: 'keyRejected' },
    });
  });

  it('asks a server without files once, until the window closes', async () => {
    server.failure = { kind: 'filesUnsupported' };
    assert.deepEqual(await provide(), [undefined]);
    assert.deepEqual(await provide(), [undefined]);
    assert.equal(server.uploads, 1);
    uploads = open();
    await provide();
    assert.equal(server.uploads, 2);
  });

  it('uploads again what is about to expire, and what was forgotten', async () => {
    server.expiresAt = Date.now() + 60_000;
    assert.deepEqual(await provide(), ['file_1']);
    server.expiresAt = Date.now() + 3_600_000;
    assert.deepEqual(await provide(), ['file_2']);
    assert.deepEqual(await provide(), ['file_2']);
    await uploads.forget(['file_2']);
    assert.deepEqual(await provide(), ['file_3']);
    assert.equal(records.length, 1);
  });

  it('knows both files of an image that two windows have uploaded, and each goes on with its own', async () => {
    const opening = Promise.withResolvers<void>();
    server.gate = opening.promise;
    const second = open();
    const both = Promise.all([provide(), provide([image(1)], live(), connection, second)]);
    await nextTurn();
    opening.resolve();
    assert.deepEqual(await both, [['file_1'], ['file_2']]);
    assert.deepEqual(await provide(), ['file_1']);
    assert.deepEqual(await provide([image(1)], live(), connection, second), ['file_2']);
    assert.deepEqual(records.map(({ fileId }) => fileId).toSorted(), ['file_1', 'file_2']);
    await second.forget(['file_2']);
    assert.deepEqual(await provide([image(1)], live(), connection, second), ['file_1']);
  });

  it('remembers an upload that cannot be written down while the window is open', async () => {
    isDiskFull = true;
    await provide();
    assert.deepEqual(await provide(), ['file_1']);
    assert.ok(lines.includes('The list of uploads cannot be written: ENOSPC'));
  });

  describe('what is kept', () => {
    let inUse: Map<string, string>;
    let uploaded: UploadedImages;
    let hasKey: boolean;
    beforeEach(() => {
      inUse = new Map();
      hasKey = true;
      uploaded = new UploadedImages({
        uploads,
        connect: async () => (hasKey ? connection : undefined),
        images: { used: async () => new Set(inUse.keys()), names: async () => inUse },
        log: { info: (line) => lines.push(line), warn: (line) => lines.push(line) },
      });
    });
    const listed = async () => {
      const images = await uploaded.list(connection, live());
      assert.ok(images.ok);
      return images.value.map(({ fileId, usedAs }) => [fileId, usedAs]);
    };
    const hashes = [1, 2, 3].map((bytes) => image(bytes).sha256);

    it('is deleted when no conversation has it any more, whenever it left the last one', async () => {
      await provide([image(1), image(2), image(3)]);
      inUse.set(hashes[1] ?? '', 'b.png');
      await uploaded.deleteUnused();
      assert.deepEqual(
        server.files.map(({ id }) => id),
        ['file_2'],
      );
      assert.deepEqual(
        records.map(({ fileId }) => fileId),
        ['file_2'],
      );
    });

    it('is deleted too when another workspace that was deleted had uploaded it', async () => {
      await provide([image(1)]);
      const others = records;
      records = [];
      uploaded = new UploadedImages({
        uploads: open(),
        connect: async () => connection,
        images: { used: async () => new Set(), names: async () => inUse },
        log: { info: (line) => lines.push(line), warn: (line) => lines.push(line) },
      });
      await uploaded.takeOver(others);
      await uploaded.deleteUnused();
      assert.deepEqual([server.files, records], [[], []]);
    });

    it('stays known when it cannot be deleted: of another key, without one, or with a fault', async () => {
      await provide([image(1), image(2)]);
      await provide([image(1)], live(), filesConnection(server, 'sk-other'));
      server.cannotDelete = 'file_1';
      await uploaded.deleteUnused();
      assert.deepEqual(records.map(({ fileId }) => fileId).toSorted(), ['file_1', 'file_3']);
      assert.ok(lines.includes('Not deleted file_1: overloaded'));
      assert.ok(lines.includes('1 uploads are of another key and stay'));
      hasKey = false;
      await uploaded.deleteUnused();
      assert.equal(records.length, 2);
    });

    it('is listed as the server knows it, without what others have put there', async () => {
      await provide([image(1), image(2)]);
      inUse.set(hashes[0] ?? '', 'a.png');
      server.files.push(
        { id: 'file_x', name: 'report.pdf', byteLength: 1, createdAt: 9 },
        {
          id: 'file_y',
          name: `vision-for-claude-${hashes[2]?.slice(0, 12)}.webp`,
          byteLength: 1,
          createdAt: 8,
        },
      );
      assert.deepEqual(await listed(), [
        ['file_y', undefined],
        ['file_2', undefined],
        ['file_1', 'a.png'],
      ]);
      server.files = server.files.filter(({ id }) => id !== 'file_2');
      await listed();
      assert.deepEqual(
        records.map(({ fileId }) => fileId),
        ['file_1'],
      );
    });

    it('is listed as it was written down when the server has no list', async () => {
      await provide([image(1)]);
      server.hasList = false;
      assert.deepEqual(await listed(), [['file_1', undefined]]);
      assert.equal(records.length, 1);
    });
  });
});
