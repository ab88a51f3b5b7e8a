import type { WindowOptions } from 'apply-parallel/columns';

/* A question to a helper for columns and to pandas, as JSON: what becomes of these columns? */

export type JsonValue = number | string | boolean | null;

export interface JsonColumn {
  readonly dtype:
    | 'int8'
    | 'uint8'
    | 'int32'
    | 'int64'
    | 'uint64'
    | 'float32'
    | 'float64'
    | 'text'
    | 'bool'
    | 'time';
  /** Numbers, NaN and the infinities as 'nan', 'inf' and '-inf', texts, or milliseconds. */
  readonly values: readonly JsonValue[];
  /** The unit of times. */
  readonly unit?: 's' | 'ms' | 'us' | 'ns';
  /** Text lies in a dictionary. */
  readonly isCategory?: boolean;
}

export type JsonFrame = { readonly [name: string]: JsonColumn };

export interface RollingCase {
  readonly op: 'rolling';
  readonly columns: JsonFrame;
  readonly options: WindowOptions;
}

export interface ColumnCase {
  readonly op: 'shift' | 'diff' | 'cumsum' | 'fillNull' | 'dropNull';
  readonly columns: { readonly x: JsonColumn };
  readonly args: {
    readonly periods?: number;
    readonly fill?: JsonValue;
    readonly value?: JsonValue;
    readonly method?: 'forward' | 'backward';
    readonly limit?: number;
  };
}

export interface FrameCase {
  readonly op: 'sortBy' | 'take' | 'filterRows' | 'lookup';
  readonly columns: JsonFrame;
  readonly table?: JsonFrame;
  readonly args: {
    readonly by?: readonly string[];
    readonly descending?: readonly boolean[];
    readonly rows?: readonly number[];
    readonly mask?: readonly (boolean | null)[];
    readonly on?: readonly string[];
    readonly how?: 'left' | 'inner';
  };
}

export type HelperCase = RollingCase | ColumnCase | FrameCase;

/** What pandas made of a case. */
export interface HelperAnswer {
  readonly values?: readonly JsonValue[];
  readonly columns?: { readonly [name: string]: readonly JsonValue[] };
  /** pandas refuses the case. */
  readonly error?: string;
  /** pandas failed for another reason; no case is to have this. */
  readonly failure?: string;
}
