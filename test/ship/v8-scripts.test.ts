import assert from 'node:assert/strict';
import { Session } from 'node:inspector';
import { it } from 'node:test';
import { Inspector } from '#dist/ship/inspector.js';
import { scriptUrl } from '#dist/ship/v8-scripts.js';
import { smooth } from '../../bench/functions/smooth.js';

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly count: number }[];
    }[];
  }[];
}

/** Tests run compiled, or through tsx. */
const url = /bench\/functions\/smooth\.[jt]s(\?.*)?$/;

it('the URL of a script that is not on the stack is found, and coverage goes on counting', () => {
  const session = new Session();
  session.connect();
  let coverage: Coverage | undefined;
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const x = new Float64Array(4);
  smooth(x);
  const inspector = new Inspector();
  try {
    const { location } = inspector.internals(smooth);
    assert.match(scriptUrl(inspector, location?.scriptId ?? '') ?? '', url);
  } finally {
    inspector.close();
  }
  smooth(x);
  smooth(x);
  session.post('Profiler.takePreciseCoverage', (_, answer) => {
    coverage = answer as unknown as Coverage;
  });
  session.disconnect();
  const script = coverage?.result.find((each) => url.test(each.url));
  const counted = script?.functions.find(({ functionName }) => functionName === 'smooth');
  assert.equal(counted?.ranges[0].count, 3);
});
