import { CoGroup } from './co-group.js';
import { DatasetCoGroup } from './dataset-co-group.js';
import { resolveCogroupOptions } from './options.js';
import { cogroupArguments } from './sides.js';

/** Makes a cogroup of the arguments of the verb. */
export function cogroupOf(
  args: readonly unknown[],
): CoGroup<readonly unknown[]> | DatasetCoGroup<readonly unknown[]> {
  const { sides, options: given } = cogroupArguments(args);
  const options = resolveCogroupOptions(given);
  const frames = sides.flatMap((side) => (side.kind === 'frame' ? [side.parts] : []));
  return frames.length === sides.length ? new CoGroup(frames, options) : new DatasetCoGroup(sides, options);
}
