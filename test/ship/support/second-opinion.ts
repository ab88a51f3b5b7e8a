import { type AnyNode, type Options, parse } from 'acorn';
import { analyze, type Scope } from 'eslint-scope';

/**
 * One function or class of a file, as `Function.prototype.toString` gives it, and what eslint-scope says of
 * its free names.
 */
export interface Opinion {
  readonly text: string;
  /** Sorted; `name=` where the function writes to the variable. */
  readonly free: readonly string[];
}

/** Every function and class in the text of a script or module. */
export function opinions(text: string): { readonly sourceType: string; readonly functions: Opinion[] } {
  const { program, sourceType } = read(text);
  // The types of the two packages differ in details of the tree, their trees do not.
  const manager = analyze(program as unknown as Parameters<typeof analyze>[0], {
    ecmaVersion: 2025,
    sourceType: sourceType === 'module' ? 'module' : 'commonjs',
  });
  const references = manager.scopes.flatMap((scope) => scope.references);
  references.sort((a, b) => rangeOf(a.identifier)[0] - rangeOf(b.identifier)[0]);
  const starts = references.map(({ identifier }) => rangeOf(identifier)[0]);
  const functions: Opinion[] = [];
  for (const { node, code } of functionsOf(program, undefined, text)) {
    const free = new Set<string>();
    for (let at = firstFrom(starts, node.start); at < starts.length && starts[at] < node.end; at++) {
      const { identifier, resolved } = references[at];
      if (resolved && declaredInside(resolved, node)) continue;
      if (inSuperclass(rangeOf(identifier), node)) continue;
      free.add(identifier.name);
      if (references[at].isWrite()) free.add(`${identifier.name}=`);
    }
    functions.push({ text: code, free: [...free].sort() });
  }
  return { sourceType, functions };
}

function read(text: string): { program: AnyNode; sourceType: 'module' | 'script' } {
  const options: Options = { ecmaVersion: 'latest', sourceType: 'script', allowHashBang: true, ranges: true };
  try {
    const program = parse(text, { ...options, allowReturnOutsideFunction: true });
    return { program, sourceType: 'script' };
  } catch {
    const program = parse(text, { ...options, sourceType: 'module' });
    return { program, sourceType: 'module' };
  }
}

function rangeOf(node: { range?: [number, number] | undefined }): [number, number] {
  if (!node.range) throw new Error('a node without its place');
  return node.range;
}

function firstFrom(sorted: readonly number[], start: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Also by its own name, which the declaration `function f() {}` puts into the scope around it. */
function declaredInside(variable: Scope['variables'][number], node: AnyNode): boolean {
  const inside = ([start, end]: [number, number]): boolean => start >= node.start && end <= node.end;
  return (
    inside(rangeOf(variable.scope.block)) ||
    variable.defs.some((definition) => inside(rangeOf(definition.name)))
  );
}

/** In `extends mixin(Base)`: such an expression is not shipped, the class it gave is. */
function inSuperclass([start, end]: [number, number], node: AnyNode): boolean {
  if (node.type !== 'ClassDeclaration' && node.type !== 'ClassExpression') return false;
  const { superClass } = node;
  return (
    superClass?.type !== 'Identifier' &&
    superClass != null &&
    start >= superClass.start &&
    end <= superClass.end
  );
}

function* functionsOf(
  node: AnyNode,
  parent: AnyNode | undefined,
  text: string,
): Generator<{ node: AnyNode; code: string }> {
  if (/Function|^Class(?:Declaration|Expression)$/.test(node.type)) {
    const code = sourceOf(node, parent, text);
    if (code !== undefined) yield { node, code };
  }
  for (const [key, value] of Object.entries(node)) {
    if (key === 'range') continue;
    for (const child of Array.isArray(value) ? value : [value])
      if (typeof child?.type === 'string') yield* functionsOf(child, node, text);
  }
}

/**
 * A constructor has no source of its own: that is its class's. A method's source includes its key, but not
 * `static`.
 */
function sourceOf(node: AnyNode, parent: AnyNode | undefined, text: string): string | undefined {
  if (parent?.type === 'MethodDefinition' && parent.value === node) {
    if (parent.kind === 'constructor') return undefined;
    const code = text.slice(parent.start, parent.end);
    return parent.static ? code.replace(/^static\s*/, '') : code;
  }
  if (parent?.type === 'Property' && parent.value === node && (parent.method || parent.kind !== 'init'))
    return text.slice(parent.start, parent.end);
  return text.slice(node.start, node.end);
}
