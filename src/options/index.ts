export { checkOptions } from './check.js';
export { cpuCount, effectiveNJobs } from './cpu-count.js';
export { nearest } from './did-you-mean.js';
export { fixedUnits } from './fixed-units.js';
export { memoryLimitRule, resolveMemoryLimit } from './memory-limit.js';
export { parseBytes } from './parse-bytes.js';
export { periodHint } from './period-hint.js';
export { type ResolvedRetries, type RetryOptions, resolveRetries, retriesRule } from './retries.js';
export { flag, functionRule, oneOf, positiveInteger, progressRule, type Rule, type Rules } from './rules.js';
export { checkedWithDefaults, withDefaults } from './scoped-defaults.js';
export {
  type BackendName,
  nJobsRule,
  type ResolvedWorkers,
  resolveWorkers,
  timeoutRule,
  workerRules,
} from './worker-options.js';
