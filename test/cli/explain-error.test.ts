import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { explainError } from '#dist/cli/explain-error.js';
import { ApplyError } from '#dist/errors.js';

const home = join(import.meta.dirname, '..', '..', 'build');

function withStack(error: Error, ...frames: string[]): Error {
  error.stack = [`${error.name}: ${error.message}`, ...frames].join('\n');
  return error;
}

describe('explainError', () => {
  it('keeps the lines of the user’s code alone', () => {
    const error = withStack(
      new Error("group 'a' failed: no price"),
      '    at share (/home/me/features.ts:3:9)',
      `    at call (${home}/groups/group-kernel.js:1:1)`,
      '    at async node:internal/main/run_main_module:1:1',
      '    at async onMessage (/home/me/node_modules/piscina/dist/worker.js:180:22)',
      '    at Array.map (<anonymous>)',
    );
    assert.equal(explainError(error), "group 'a' failed: no price\n    at share (/home/me/features.ts:3:9)");
  });

  it('says what kind of error comes from code', () => {
    const error = withStack(new TypeError('x is not a function'), '    at /home/me/features.ts:3:9');
    assert.equal(explainError(error), 'TypeError: x is not a function\n    at /home/me/features.ts:3:9');
  });

  it('shows the line of a syntax error', () => {
    const error = new SyntaxError('Unexpected token');
    error.stack =
      'file:///home/me/f.mjs:1\nlet let;\n    ^^^\n\nSyntaxError: Unexpected token\n    at node:internal:1:1';
    assert.equal(
      explainError(error),
      'file:///home/me/f.mjs:1\nlet let;\n    ^^^\n\nSyntaxError: Unexpected token',
    );
  });

  it('names options as they are on the command line', () => {
    const error = new ApplyError('ERR_GROUP_TOO_LARGE', 'raise memoryLimit, name spillTo, or pass nJobs: 1');
    error.stack = '';
    assert.equal(explainError(error), 'raise --memory, name --spill-to, or pass --jobs 1');
    error.message =
      "say csv: { types: { 'price': 'text' } }, name the text in csv.nullValues, or say onBadLine: 'skip'";
    assert.equal(
      explainError(error),
      `say --csv 'types={"price":"text"}', name the text in --csv nullValues, or say --csv onBadLine=skip`,
    );
    assert.equal(explainError(new Error('memoryLimit')).split('\n')[0], 'memoryLimit');
  });

  it('takes values that are no errors', () => {
    assert.equal(explainError('stop'), 'stop');
    assert.equal(explainError(undefined), 'undefined');
  });
});
