import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inheritedFlags } from '#dist/run/processes/child-arguments.js';

test('children have the flags of their parent, without those that say what to run', () => {
  const flags = [
    ...['--import', 'tsx', '-e', 'main()', '--inspect=127.0.0.1:0', '--conditions=development', '--watch'],
    ...[
      '--experimental-permission',
      '--allow-fs-read=*',
      '--print',
      '1',
      '--test',
      '--test-name-pattern',
      'x',
    ],
    ...[
      '--eval=main()',
      '--expose-gc',
      '-r',
      './setup.cjs',
      '-i',
      '--max-old-space-size=100',
      '--input-type=module',
    ],
  ];
  assert.deepEqual(inheritedFlags(flags), [
    ...['--import', 'tsx', '--conditions=development', '--experimental-permission', '--allow-fs-read=*'],
    ...['--expose-gc', '-r', './setup.cjs', '--max-old-space-size=100'],
  ]);
});
