import { isObject } from '../../util/index.js';
import { loadPeer } from '../load-peer.js';
import type { DanfoFrame } from '../types.js';

export type DanfoConstructor = new (
  data: unknown[],
  options: { columns: string[]; dtypes: string[] },
) => DanfoFrame;

/** Of the last frame seen, so that results are of the copy of danfojs that the user works with; else of the one imported here. */
let DataFrame: DanfoConstructor | undefined;
/** Only the base class of it is known. */
let isBase = false;

/** From now on frames are built of this class; but not of the base of the one in use, which is all that danfojs' own methods return. */
export function useDataFrame(dataFrame: unknown): void {
  if (!isFrameClass(dataFrame) || (isDanfoBase(dataFrame) && isBaseOfUsed(dataFrame))) return;
  DataFrame = dataFrame as unknown as DanfoConstructor;
  isBase = false;
}

/** Of a danfojs whose frames are of this class or, as all that users make, of one derived from it. */
export function useBaseFrame(base: unknown): void {
  if (!isFrameClass(base) || isBaseOfUsed(base)) return;
  useDataFrame(base);
  isBase = true;
}

type AnyClass = abstract new (...parameters: never) => object;

/** Any but Object, of which a copy by structuredClone is: it looks like a frame. */
const isFrameClass = (value: unknown): value is AnyClass =>
  typeof value === 'function' && isObject(value.prototype) && Object.getPrototypeOf(value.prototype) !== null;

const isBaseOfUsed = (base: AnyClass): boolean => DataFrame?.prototype instanceof base;

/** danfojs has the methods on one class, and derives from it the one that reads and writes files. */
const isDanfoBase = ({ prototype }: AnyClass): boolean => Object.hasOwn(prototype, 'addColumn');

/** The class of danfojs that a class of frames is, or that a user's is derived from. */
export function danfoClassOf(frameClass: DanfoConstructor): DanfoConstructor {
  const classes: DanfoConstructor[] = [];
  let step: unknown = frameClass;
  for (; isFrameClass(step); step = Object.getPrototypeOf(step)) {
    classes.push(step as unknown as DanfoConstructor);
  }
  // A user's class may have its own `addColumn`: of all that do, the last is danfojs'.
  const base = classes.findLastIndex((each) => isDanfoBase(each));
  return base < 0 ? frameClass : classes[Math.max(0, base - 1)];
}

/** The class of the last frame seen, if it is a user's own. */
export function usersFrameClass(): DanfoConstructor | undefined {
  return DataFrame === undefined || danfoClassOf(DataFrame) === DataFrame ? undefined : DataFrame;
}

/** A worker has seen frames of other calls: none of theirs counts. Gives the class of danfojs itself, if it is known. */
export function forgetFrameClass(): DanfoConstructor | undefined {
  if (DataFrame !== undefined && !isBase) DataFrame = danfoClassOf(DataFrame);
  return DataFrame;
}

export function dataFrameClass(): DanfoConstructor {
  if (!DataFrame) throw new Error('danfojs is not loaded: await the load() of its adapter first');
  return DataFrame;
}

/** Loading danfojs takes more than a second, so it waits until a frame must be built and none has been seen in this thread. */
export async function loadDanfo(): Promise<void> {
  if (DataFrame && !isBase) return;
  const base = DataFrame;
  try {
    const danfo = (await loadPeer('danfojs-node', 'danfojs DataFrames')) as { DataFrame: DanfoConstructor };
    if (!base || danfo.DataFrame.prototype instanceof base) useDataFrame(danfo.DataFrame);
  } catch (error) {
    if (!base) throw error;
  }
}
