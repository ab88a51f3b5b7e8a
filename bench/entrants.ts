/** Who takes part in a case, in the order of the table: this package first. */
import type { ApplyCase, Entrant, Form, NotRun, PythonStage, StageCase } from './types.js';

export function entrants(benchCase: ApplyCase | StageCase): Entrant[] {
  if (benchCase.kind === 'stage') {
    const stages = Object.keys(benchCase.stages).map(
      (label) => ({ label, peer: 'stage', settings: {} }) as const,
    );
    const peers = [benchCase.python ?? []].flat() as PythonStage[];
    return [...stages, ...peers.map((python) => ({ ...python, peer: 'joblib', settings: {} }) as const)];
  }
  return [
    ...ours(benchCase),
    { label: 'Python original (joblib, all cores)', peer: 'joblib', settings: {} },
    { label: 'pandas groupby-apply, serial', peer: 'pandas', settings: {} },
    { label: 'danfojs groupby-apply', peer: 'danfo', settings: {}, ...reason(benchCase.danfo) },
    {
      label: 'danfojs groupby-apply, apache-arrow loaded',
      peer: 'danfo',
      settings: { besideArrow: true },
      ...reason(benchCase.danfo),
    },
    { label: 'naive Node (Piscina, rows)', peer: 'naive', settings: {}, ...reason(benchCase.naive) },
    { label: 'nodejs-polars partitionBy', peer: 'polars', settings: {}, ...reason(benchCase.polars) },
  ];
}

function ours(benchCase: ApplyCase): Entrant[] {
  const forms = Object.keys(benchCase.ours) as Form[];
  return forms.flatMap((form) => {
    const of = forms.length > 1 ? `, ${form}` : '';
    return [
      { label: `this, all workers${of}`, peer: 'ours', settings: { form, nJobs: -1 } } as const,
      { label: `this, 1 worker${of}`, peer: 'ours', settings: { form, nJobs: 1 } } as const,
      { label: `this, the default of nJobs${of}`, peer: 'ours', settings: { form } } as const,
    ];
  });
}

const reason = (own: unknown) =>
  typeof own === 'object' && own !== null ? { notRun: (own as NotRun).notRun } : {};
