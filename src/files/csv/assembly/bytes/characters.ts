/* Characters, and what is known of a field: the kinds of field-index.ts. */

export const LF: i32 = 10;
export const CR: i32 = 13;
export const ZERO: i32 = 48;
export const MINUS: i32 = 45;
export const DASH: i32 = 45;
export const POINT: i32 = 46;
export const COLON: i32 = 58;

export const QUOTED: i32 = 1;
export const ESCAPED: i32 = 2;
