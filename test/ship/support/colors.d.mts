export class Color {
  static readonly RED: Color;
  static readonly BLUE: Color;
  readonly name: string;
  constructor(name: string);
  is(other: Color): boolean;
}
export const DEFAULT: { name: string };
export function isDefault(value: object): boolean;
export const registry: Map<string, unknown>;
export function register(name: string, value: unknown): void;
export function find(name: string): unknown;
export function inner(): { n: number };
export function isInner(value: object): boolean;
export const KEY: { name: string };
export function isKey(value: object): boolean;
