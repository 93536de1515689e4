import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { isSnapStub } from '../../host/browser.ts';

const STUB = `#!/bin/sh
if ! [ -x /snap/bin/chromium ]; then
    echo "Command '$0' requires the chromium snap to be installed." >&2
    exit 1
fi
exec /snap/bin/chromium "$@"
`;
const LAUNCHER = '#!/bin/sh\nexec /usr/lib/chromium/chromium "$@" # takes snapshots\n';

describe('the search for a browser', () => {
  let folder = '';

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'browser-test-'));
  });

  afterEach(() => fs.rmSync(folder, { recursive: true }));

  for (const [content, what, expected] of [
    [STUB, 'passes by the script that only starts a snap', true],
    [LAUNCHER, 'takes a script that starts a browser', false],
    ['\u007fELF snap', 'takes a program', false],
  ] as const) {
    it(what, () => {
      const file = path.join(folder, 'chromium-browser');
      fs.writeFileSync(file, content);
      assert.equal(isSnapStub(file), expected);
    });
  }
});
