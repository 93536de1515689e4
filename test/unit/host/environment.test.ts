import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { hostEnvironment } from '../../host/environment.ts';

describe('the environment of a VS Code', () => {
  it('keeps what the system needs', () => {
    assert.deepEqual(hostEnvironment({ PATH: '/bin', HOME: '/home/me' }, {}), {
      PATH: '/bin',
      HOME: '/home/me',
    });
  });

  it('leaves out the keys of the user, other editors and npm', () => {
    const own = {
      ANTHROPIC_API_KEY: 'a key',
      VSCODE_IPC_HOOK_CLI: 'a socket',
      ELECTRON_RUN_AS_NODE: '1',
      npm_config_registry: 'somewhere',
      PORT: '80',
      PASSWORD: 'a password',
    };
    assert.deepEqual(hostEnvironment(own, {}), {});
  });

  it('takes what is given for the run, a key too', () => {
    const own = { ANTHROPIC_API_KEY: 'of the user', LANG: 'C' };
    assert.deepEqual(hostEnvironment(own, { ANTHROPIC_API_KEY: 'of the test', LANG: 'en' }), {
      ANTHROPIC_API_KEY: 'of the test',
      LANG: 'en',
    });
  });
});
