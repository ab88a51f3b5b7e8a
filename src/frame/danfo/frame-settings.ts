import { isPlainObject } from '../../arrow/index.js';
import { isObject, member } from '../../util/index.js';

/** What `df.config` holds, by its names: numbers and flags, and how a table is drawn. */
export type FrameSettings = { readonly [name: string]: unknown };

/** The settings of a DataFrame, as far as structured clone takes them: how a table is drawn may be told by functions. */
export function frameSettings(frame: object): FrameSettings | undefined {
  const config = member(frame, '$config');
  if (!isObject(config)) return undefined;
  return Object.fromEntries(Object.entries(config).filter(([, setting]) => isPlain(setting)));
}

/** Every frame has settings of its own, so none other changes. */
export function applySettings(frame: unknown, settings: FrameSettings | undefined): void {
  if (settings !== undefined) Object.assign((frame as { $config: object }).$config, settings);
}

function isPlain(setting: unknown): boolean {
  if (typeof setting === 'function' || typeof setting === 'symbol') return false;
  if (!isObject(setting)) return true;
  return (Array.isArray(setting) || isPlainObject(setting)) && Object.values(setting).every(isPlain);
}
