import { checkOptions, oneOf, type Rules } from '../../options/index.js';

/** Options of {@link cogroup}. */
export interface CogroupOptions {
  /**
   * The keys that become groups. `'outer'`: those of any frame; a frame without the key contributes no rows,
   * but its columns. `'inner'`: those that every frame has. `'left'`: those of the first frame; `'right'`:
   * those of the last.
   * @default 'outer'
   */
  how?: 'outer' | 'inner' | 'left' | 'right';
}

export type How = NonNullable<CogroupOptions['how']>;

const rules: Rules<CogroupOptions> = { how: oneOf('outer', 'inner', 'left', 'right') };

/** Checks the options of {@link cogroup} and fills in what is missing. */
export function resolveCogroupOptions(options: CogroupOptions): Required<CogroupOptions> {
  checkOptions('cogroup', options, rules);
  return { how: options.how ?? 'outer' };
}
