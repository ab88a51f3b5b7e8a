import { createRequire } from 'node:module';
import { type Pattern, parse } from 'acorn';
import { commonJs } from './flavours.js';

/*
 * The cases as cells of a notebook. tslab compiles each cell to CommonJS, with every declaration exported;
 * all cells have one `exports` object, by which a later cell reads what an earlier one declared.
 */

/**
 * The text of a program that runs two cells: the declarations, and the cases. `typescript` is the path of the
 * compiler.
 */
export function cells(typescript: string): string {
  const ts = createRequire(import.meta.url)(typescript) as Compiler;
  const [declarations, cases] = commonJs().split(/^(?=runCases\()/m);
  const names = declaredIn(declarations).join(', ');
  const first = compile(ts, `${declarations}\nexport { ${names} };`);
  const second = compile(ts, `import { ${names} } from './earlier';\nawait ${cases}`)
    .replace(/^const earlier_1 = .*$/m, '')
    .replaceAll('earlier_1.', 'exports.');
  return `const vm = require('node:vm');
const target = {};
globalThis.__tslab__ = {
  require: new Proxy(require, {}),
  exports: new Proxy(target, {
    defineProperty: (_, key, { get, value }) => {
      if (key !== '__esModule') target[key] = get ? get() : value;
      return true;
    },
  }),
};
const cell = (code) => vm.runInThisContext('(async function(exports, require) { ' + code + '\\n})(__tslab__.exports, __tslab__.require)');
cell(${JSON.stringify(first)}).then(() => cell(${JSON.stringify(second)}));`;
}

/** What is used of the compiler, whose types are not here. */
interface Compiler {
  transpileModule(text: string, options: { compilerOptions: object }): { outputText: string };
}

function compile(ts: Compiler, text: string): string {
  const compilerOptions = { module: 1 /* CommonJS */, target: 9 /* ES2022 */, esModuleInterop: true };
  return ts.transpileModule(text, { compilerOptions }).outputText;
}

/** The names that statements declare at their top level. */
function declaredIn(text: string): string[] {
  const { body } = parse(text, { ecmaVersion: 'latest', allowAwaitOutsideFunction: true });
  return body.flatMap((statement) => {
    if (statement.type === 'VariableDeclaration')
      return statement.declarations.flatMap(({ id }) => namesOf(id));
    if (statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration')
      return [statement.id.name];
    return [];
  });
}

function namesOf(pattern: Pattern): string[] {
  if (pattern.type === 'Identifier') return [pattern.name];
  if (pattern.type !== 'ObjectPattern') return [];
  return pattern.properties.flatMap((each) => namesOf(each.type === 'Property' ? each.value : each.argument));
}
