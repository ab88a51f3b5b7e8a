import type { Schema } from 'apache-arrow';
import { describeSchema } from '../../arrow/index.js';
import type { ClusterTarget, RemoteFrame } from '../../cluster/index.js';
import {
  filter,
  isTaken,
  mapInArrow,
  type Relation,
  sparkTypeOfRows,
  takenError,
  union,
  writeRelation,
  writtenSchema,
  writtenTable,
} from '../../cluster/inside.js';
import { type CombineInput, combine, type Results, schemaOfResults } from '../../combine/index.js';
import { ApplyError } from '../../errors.js';
import { throwIfAborted } from '../../util/index.js';
import { encodeWhole } from '../../wire/index.js';
import { combineInput, type GroupCall } from '../group-call.js';
import { checkKeyNames, withGroupKeys, withKeySchema } from '../group-keys.js';
import { describeKey } from '../group-source.js';
import { isHere, type KeptResults } from '../kept-results.js';
import { unknownColumn } from '../keys/index.js';
import type { ResolvedOptions } from '../resolve-options.js';
import { executorFiles } from './archives.js';
import { clusterErrorOf } from './errors.js';
import type { WriteCall } from './protocol.js';
import { pickledCall } from './python.js';
import { pythonOf } from './run-call.js';
import { runnerFiles } from './runner-files.js';

/** Bytes of results that the program of executors reads at a time. */
const CUT_BYTES = 32 * 1024 * 1024;

/** A call that writes on its cluster. */
type Options = Pick<ResolvedOptions, 'signal' | 'schema'> & { readonly toCluster: ClusterTarget };

/**
 * Runs what fills a place on a cluster, unless something is there that must stay. Has the cluster forget what
 * it has kept, however the call ends.
 *
 * @param run runs the groups and writes their results
 */
export async function fillPlace(
  { toCluster: target, signal, schema }: Options,
  kept: KeptResults<Relation>,
  run: () => Promise<void>,
): Promise<RemoteFrame> {
  throwIfAborted(signal);
  const { cluster, place } = target;
  const { session } = cluster;
  if (schema !== undefined) writtenSchema(schema);
  const taken = await isTaken(session, place, { signal });
  if (taken && place.mode === 'error') throw takenError(place);
  if (taken && place.mode === 'ignore') return target.written();
  try {
    await run();
  } finally {
    // The results are of no use to anybody else; a server that is gone keeps none.
    if (kept.relation) session.unpersist(kept.relation).catch(() => undefined);
  }
  return target.written();
}

/**
 * Writes the results of a call that has run. Their schema is the declared one, or that which they have
 * together, as where results are joined here.
 */
export async function writeKept(call: GroupCall, given: readonly Results[]): Promise<void> {
  const { signal, toCluster } = call.options as GroupCall['options'] & Options;
  const { relation } = call.kept as KeptResults<Relation>;
  const { cluster, place } = toCluster;
  const { session } = cluster;
  const { results, input } = withKeys(call, given);
  const segments = results.flatMap((result) => result.segments);
  const schema = segments.length > 0 ? schemaOfResults(segments, input) : combine(results, input).schema;
  const written = writtenSchema(schema);
  const names = written.fields.map(({ name }) => name);
  for (const name of place.partitionBy) if (!names.includes(name)) throw unknownColumn(name, names);
  const here = segments.filter(isHere);
  const parts: Relation[] = [];
  if (relation !== undefined) parts.push(await typedRows(call, relation, { schema, written }));
  if (here.length > 0 || relation === undefined) {
    // The frames that onError gave in the place of failed groups are here, so they are uploaded.
    const table = combine([{ segments: here }], { ...input, declared: schema });
    parts.push(await session.uploadTable(writtenTable(table, written), { signal }));
  }
  throwIfAborted(signal);
  try {
    await writeRelation(session, parts.length > 1 ? union(parts[0], parts[1]) : parts[0], place, { signal });
  } catch (error) {
    throw clusterErrorOf(error, cluster);
  }
}

/** Returns results with the key columns if the call wants them, and what joining them needs to know. */
function withKeys(call: GroupCall, results: readonly Results[]) {
  const { source, options } = call;
  const common = combineInput(call, { batches: [], from: new Int32Array(0), sizes: new Int32Array(0) });
  const input: CombineInput = {
    ...common,
    follows: undefined,
    inputRows({ first, columns }, column) {
      const { name, type } = columns[column].field;
      throw new ApplyError(
        'ERR_SCHEMA_MISMATCH',
        `column '${name}' is ${type} for group ${describeKey(source.key(first))}, and of another type for others, ` +
          'which only their values could bring together: convert it in the function, or declare the option schema',
      );
    },
  };
  if (!options.groupKeys) return { results, input };
  const keys = source.keyColumns();
  checkKeyNames(keys);
  const schema = withKeySchema(input.schema, keys);
  const declared = input.declared && withKeySchema(input.declared, keys);
  return { results: withGroupKeys(results, keys), input: { ...input, schema, declared } };
}

/** Returns the rows of kept results, in columns of their own. */
async function typedRows(
  { options }: GroupCall,
  kept: Relation,
  { schema, written }: { readonly schema: Schema; readonly written: Schema },
): Promise<Relation> {
  const { cluster } = (options as GroupCall['options'] & Options).toCluster;
  const [{ glue, runner }, { node }] = await Promise.all([runnerFiles(), executorFiles(cluster)]);
  const { plan, json } = sparkTypeOfRows(written.fields);
  const hasAnswers = options.onError === 'throw';
  const call: WriteCall = { reads: describeSchema(schema), writes: describeSchema(written), hasAnswers };
  const spec = { runner, node, file: null, cut: CUT_BYTES, typed: true, returns: json };
  return mapInArrow(hasAnswers ? kept : filter(kept, IS_RESULT), ['seq', 'body'], {
    name: 'applyParallelResults',
    outputType: plan,
    command: pickledCall(glue, JSON.stringify(spec), encodeWhole(call)),
    pythonVer: pythonOf(cluster.session),
  });
}

/** The glue numbers rows with results downwards from -1. */
const IS_RESULT = 'seq < 0';
