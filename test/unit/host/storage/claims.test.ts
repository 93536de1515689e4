import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Claims, type ClaimAnswers } from '../../../../src/host/storage/claims.ts';

const ID = '5f0c2f0e-8a43-4c3e-9a53-0b6f3f1d2c11';

describe('Claims', () => {
  const open: Claims[] = [];
  let folder: string;
  let faults: unknown[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vision-claims-'));
    faults = [];
  });

  afterEach(async () => {
    for (const claims of open.splice(0)) {
      claims.dispose();
    }
    await rm(folder, { recursive: true, force: true });
  });

  /** A window that listens. */
  function window(answers: Partial<ClaimAnswers> = {}, where = folder): Claims {
    const claims = new Claims(
      where,
      {
        holds: () => false,
        isInUse: () => assert.fail('It is asked for what it does not hold.'),
        letGo: () => assert.fail('It lets go of what it does not hold.'),
        ...answers,
      },
      (error) => faults.push(error),
    );
    open.push(claims);
    claims.listen();
    return claims;
  }

  it('get what a window holds in which nobody is any more, and leave nothing behind', async () => {
    let held = true;
    window({
      holds: (id) => id === ID && held,
      isInUse: async () => false,
      letGo: async (id) => {
        assert.equal(id, ID);
        held = false;
      },
    });
    assert.equal(await window().claim(ID, async () => !held), true);
    assert.deepEqual(await readdir(folder), []);
    assert.deepEqual(faults, []);
  });

  it('are declined at once by a window that is in use', async () => {
    const asked = new Set<string>();
    window({
      holds: () => true,
      isInUse: async (id) => {
        asked.add(id);
        return true;
      },
    });
    let looks = 0;
    const isFree = async (): Promise<boolean> => {
      looks += 1;
      return false;
    };
    assert.equal(await window().claim(ID, isFree), false);
    assert.deepEqual([...asked], [ID]);
    // Without an answer it looks a hundred times.
    assert.ok(looks < 50, `${looks} looks`);
    assert.deepEqual(await readdir(folder), []);
  });

  it('are taken for declined where none can be written, and that is told', async () => {
    const file = join(folder, 'a file where the folder is to be');
    await writeFile(file, '');
    const claims = window({}, file);
    assert.equal(faults.length, 1, 'it cannot listen');
    assert.equal(await claims.claim(ID, () => assert.fail('It was not claimed.')), false);
    assert.equal(faults.length, 2);
  });
});
