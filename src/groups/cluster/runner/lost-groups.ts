import { constants } from 'node:os';
import { type Failure, processEndOf, type RetryRule } from '../../../run/index.js';
import type { ProcessDeath } from '../protocol.js';

/** A group that ran when a process ended. */
export interface LostGroup {
  readonly group: number;
  /** The attempts that it has used up. */
  readonly attempts: number;
  /** Its last attempt, if the last end of a process was its fault. */
  readonly failure?: Failure;
  /** How it runs again; undefined if it does not. */
  readonly again?: { readonly retries?: RetryRule; readonly delay: number };
}

/**
 * Returns the groups that processes died of. A first SIGKILL is nobody's fault: mostly it comes from outside,
 * for want of memory.
 */
export function lostGroups(deaths: readonly ProcessDeath[], retries: RetryRule | undefined): LostGroup[] {
  const last = deaths.at(-1);
  return [...new Set(deaths.map(({ group }) => group))].map((group) => {
    const own = deaths.filter((death) => death.group === group);
    const kills = own.filter(isKill).length;
    const attempts = own.length - Math.min(kills, 1);
    const isForgiven = last !== undefined && isKill(last) && kills === 1;
    const error = last && endOf(last);
    const attempt = retries && retries.count > 0 ? { attempt: attempts } : {};
    const failure: Failure | undefined =
      last?.group === group && !isForgiven ? { index: group, kind: 'exited', error, ...attempt } : undefined;
    const left = (retries?.count ?? 0) - attempts;
    const delay = failure ? (retries?.delay ?? 0) : 0;
    const rule = retries && { ...retries, count: left };
    return { group, attempts, failure, again: left < 0 ? undefined : { retries: rule, delay } };
  });
}

const isKill = ({ code }: ProcessDeath): boolean => code === -constants.signals.SIGKILL;

function endOf({ code }: ProcessDeath): Error {
  if (code >= 0) return processEndOf(code, null);
  const signal = Object.entries(constants.signals).find(([, number]) => number === -code);
  return processEndOf(null, (signal?.[0] ?? `signal ${-code}`) as NodeJS.Signals);
}
