import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  closeActivityFile,
  openActivityFile,
  readActivity,
  writeActivity,
} from '#dist/run/processes/activity-file.js';

test('an activity file tells what was written last', () => {
  const file = openActivityFile();
  assert.equal(readActivity(file)?.number, 0);
  const activity = {
    number: 3,
    position: -8,
    startedAt: 2 ** 30 + 0.5,
    from: 5,
    to: 9,
    done: 4,
    weight: 1e12,
  };
  writeActivity(file, { ...activity, number: 2 });
  writeActivity(file, activity);
  assert.deepEqual(readActivity(file), activity);
  closeActivityFile(file);
});
