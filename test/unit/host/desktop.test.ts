import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { decide, tryOut } from '../../host/desktop.ts';

const server = { kind: 'server' };
const download = { kind: 'download' };

describe('the choice of a VS Code', () => {
  it('is the one that VISION_VSCODE names, everywhere', () => {
    const env = { VISION_VSCODE: '/opt/code', VISION_VSCODE_DOWNLOAD: '0' };
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      assert.deepEqual(decide({ platform, env, purpose: 'window' }), {
        kind: 'named',
        executable: '/opt/code',
      });
    }
  });

  it('is a download of the desktop edition on macOS and Windows', () => {
    assert.deepEqual(decide({ platform: 'darwin', env: {}, purpose: 'window' }), download);
    assert.deepEqual(decide({ platform: 'win32', env: {}, purpose: 'integration' }), download);
  });

  it('is the server on a Linux without a screen', () => {
    assert.deepEqual(decide({ platform: 'linux', env: {}, purpose: 'integration' }), server);
    assert.deepEqual(decide({ platform: 'linux', env: {}, purpose: 'window' }), server);
  });

  it('is the desktop edition for integration tests on a Linux with a screen', () => {
    const wayland = { DISPLAY: '', WAYLAND_DISPLAY: 'wayland-0' };
    for (const env of [{ DISPLAY: ':0' }, wayland]) {
      assert.deepEqual(decide({ platform: 'linux', env, purpose: 'integration' }), download);
      assert.deepEqual(decide({ platform: 'linux', env, purpose: 'window' }), server);
    }
  });

  it('follows VISION_VSCODE_DOWNLOAD', () => {
    const on = { VISION_VSCODE_DOWNLOAD: '1' };
    const off = { VISION_VSCODE_DOWNLOAD: '0', DISPLAY: ':0' };
    assert.deepEqual(decide({ platform: 'linux', env: on, purpose: 'window' }), download);
    assert.deepEqual(decide({ platform: 'linux', env: off, purpose: 'integration' }), server);
    assert.deepEqual(decide({ platform: 'darwin', env: off, purpose: 'window' }), server);
  });
});

describe('the trial of a downloaded VS Code', () => {
  it('passes a program that runs as Node, and tells why another does not', async () => {
    await tryOut(process.execPath);
    await assert.rejects(tryOut('/no/such/code'), /Cannot start \/no\/such\/code/);
  });
});
