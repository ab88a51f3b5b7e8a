/** The state of an object after `Object.freeze`, `seal` or `preventExtensions`. */
export type Integrity = 'frozen' | 'sealed' | 'closed';

export function integrityOf(value: object): { readonly integrity?: Integrity } {
  if (Object.isExtensible(value)) return {};
  if (Object.isFrozen(value)) return { integrity: 'frozen' };
  return { integrity: Object.isSealed(value) ? 'sealed' : 'closed' };
}

/** Applies to an object what was applied to the one it is a copy of. */
export function applyIntegrity(value: object, integrity: Integrity | undefined): void {
  if (integrity) APPLY[integrity](value);
}

const APPLY: Readonly<Record<Integrity, (value: object) => object>> = {
  frozen: Object.freeze,
  sealed: Object.seal,
  closed: Object.preventExtensions,
};
