import { isPlainObject } from '../../arrow/index.js';
import { isObject, member } from '../../util/index.js';

/** The settings in `df.config`: numbers, flags, and how a table is drawn. */
export type FrameSettings = { readonly [name: string]: unknown };

/** Returns the settings of a DataFrame that structured clone can copy; those for drawing may be functions. */
export function frameSettings(frame: object): FrameSettings | undefined {
  const config = member(frame, '$config');
  if (!isObject(config)) return undefined;
  return Object.fromEntries(Object.entries(config).filter(([, setting]) => isPlain(setting)));
}

/** Sets the settings of a DataFrame. Each has a settings object of its own, so no other DataFrame changes. */
export function applySettings(frame: unknown, settings: FrameSettings | undefined): void {
  if (settings !== undefined) Object.assign((frame as { $config: object }).$config, settings);
}

function isPlain(setting: unknown): boolean {
  if (typeof setting === 'function' || typeof setting === 'symbol') return false;
  if (!isObject(setting)) return true;
  return (Array.isArray(setting) || isPlainObject(setting)) && Object.values(setting).every(isPlain);
}
