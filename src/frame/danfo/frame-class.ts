import { isObject, showFrames } from '../../util/index.js';
import { loadPeer } from '../load-peer.js';
import type { DanfoFrame } from '../types.js';

/** A class of DataFrames, danfojs' or a user's. */
export type DanfoConstructor = new (
  data: unknown[],
  options: { columns: string[]; dtypes: string[] },
) => DanfoFrame;

/**
 * The class of the frames that this thread makes: that of the last frame seen, so that results are of the
 * copy of danfojs that the user works with; else that of the copy imported here.
 */
let DataFrame: DanfoConstructor | undefined;
/** Tells whether `DataFrame` is only the base class that danfojs derives its DataFrame from. */
let isBase = false;

/**
 * Makes frames of this class from now on. The base class of the one in use is ignored: danfojs' own methods
 * return frames of the base class.
 */
export function useDataFrame(dataFrame: unknown): void {
  if (!isFrameClass(dataFrame) || (isDanfoBase(dataFrame) && isBaseOfUsed(dataFrame))) return;
  DataFrame = dataFrame as unknown as DanfoConstructor;
  showFrames(ownerOfMethods(dataFrame.prototype));
  isBase = false;
}

/** Lets DataFrames of this copy of danfojs show in a notebook. */
export function showDataFrames(danfo: unknown): void {
  const dataFrame = (danfo as { DataFrame?: unknown } | undefined)?.DataFrame;
  if (isFrameClass(dataFrame)) showFrames(ownerOfMethods(dataFrame.prototype));
}

/**
 * Makes frames of the copy of danfojs that has this base class, unless the class in use is derived from it.
 */
export function useBaseFrame(base: unknown): void {
  if (!isFrameClass(base) || isBaseOfUsed(base)) return;
  useDataFrame(base);
  isBase = true;
}

/** Returns the prototype that has the methods: those of the class below the user's return its frames. */
function ownerOfMethods(prototype: object): object {
  for (let owner: object | null = prototype; owner; owner = Object.getPrototypeOf(owner)) {
    if (Object.hasOwn(owner, 'addColumn')) return owner;
  }
  return prototype;
}

type AnyClass = abstract new (...parameters: never) => object;

/** Excludes Object: a copy made by structuredClone looks like a frame and has that class. */
const isFrameClass = (value: unknown): value is AnyClass =>
  typeof value === 'function' && isObject(value.prototype) && Object.getPrototypeOf(value.prototype) !== null;

const isBaseOfUsed = (base: AnyClass): boolean => DataFrame?.prototype instanceof base;

/**
 * Recognises danfojs' base class, which has the methods; the DataFrame derived from it reads and writes
 * files.
 */
const isDanfoBase = ({ prototype }: AnyClass): boolean => Object.hasOwn(prototype, 'addColumn');

/**
 * Returns danfojs' DataFrame for a class of frames: the class itself, or the one that a user's class extends.
 */
export function danfoClassOf(frameClass: DanfoConstructor): DanfoConstructor {
  const classes: DanfoConstructor[] = [];
  let step: unknown = frameClass;
  for (; isFrameClass(step); step = Object.getPrototypeOf(step)) {
    classes.push(step as unknown as DanfoConstructor);
  }
  // A user's class may override `addColumn`, so the last class that has it is danfojs' base.
  const base = classes.findLastIndex((each) => isDanfoBase(each));
  return base < 0 ? frameClass : classes[Math.max(0, base - 1)];
}

/** Returns the class of the last frame seen if it is a user's; undefined for danfojs' own. */
export function usersFrameClass(): DanfoConstructor | undefined {
  return DataFrame === undefined || danfoClassOf(DataFrame) === DataFrame ? undefined : DataFrame;
}

/**
 * Forgets the user's class that frames of earlier calls had in this worker; returns danfojs' own class if it
 * is known.
 */
export function forgetFrameClass(): DanfoConstructor | undefined {
  if (DataFrame !== undefined && !isBase) DataFrame = danfoClassOf(DataFrame);
  return DataFrame;
}

/** Returns the class of the frames to make; danfojs must be loaded. */
export function dataFrameClass(): DanfoConstructor {
  if (!DataFrame) throw new Error('danfojs is not loaded: await the load() of its adapter first');
  return DataFrame;
}

/**
 * Loads danfojs, unless this thread has seen a frame. It takes more than a second, so it waits until a frame
 * must be made.
 */
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
