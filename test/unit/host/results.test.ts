import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { judgeSuite, sum, summaryLine } from '../../host/results.ts';

const passing = { passed: 3, failed: 0, skipped: 1, failures: [] };
const failing = {
  passed: 1,
  failed: 1,
  skipped: 0,
  failures: [{ title: 'a title', message: 'a message' }],
};

describe('the judgement of a suite', () => {
  it('takes over what the suite reports', () => {
    assert.deepEqual(judgeSuite('unit', passing, 0), passing);
    assert.deepEqual(judgeSuite('unit', failing, 1), failing);
  });

  it('counts a suite without a readable report as one failure', () => {
    for (const report of [undefined, null, 'text', {}, { ...passing, passed: '3' }]) {
      const result = judgeSuite('unit', report, 7);
      assert.equal(result.failed, 1);
      assert.match(result.failures[0]?.message ?? '', /crashed: it ended with 7/);
    }
  });

  it('counts a suite that ran nothing as one failure', () => {
    const result = judgeSuite('e2e', { passed: 0, failed: 0, skipped: 4, failures: [] }, 0);
    assert.equal(result.failed, 1);
    assert.match(result.failures[0]?.message ?? '', /ran no tests/);
  });

  it('allows that where a part was asked for, but not a bad end', () => {
    const empty = { passed: 0, failed: 0, skipped: 0, failures: [] };
    assert.equal(judgeSuite('e2e', empty, 0, { mayBeEmpty: true }).failed, 0);
    assert.equal(judgeSuite('e2e', empty, 1, { mayBeEmpty: true }).failed, 1);
  });

  it('counts a bad end after good tests as a failure beside them', () => {
    const result = judgeSuite('e2e', passing, 1);
    assert.deepEqual([result.passed, result.failed, result.skipped], [3, 1, 1]);
  });
});

describe('the summary of a test run', () => {
  it('adds the suites up and keeps every failure', () => {
    assert.deepEqual(sum([passing, failing]), {
      passed: 4,
      failed: 1,
      skipped: 1,
      failures: failing.failures,
    });
  });

  it('is one line that names skipped tests only when there are any', () => {
    assert.equal(summaryLine(failing), '1 passed, 1 failed');
    assert.equal(summaryLine(passing), '3 passed, 0 failed, 1 skipped');
  });
});
