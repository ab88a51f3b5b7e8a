import { parse } from 'acorn';
import { patternNames } from './scope.js';

/**
 * Reads the exports that a JavaScript module declares itself, as a map from local to exported name. The map
 * is empty for text that is no such module.
 */
export function readExports(text: string): Map<string, string> {
  const names = new Map<string, string>();
  let program: ReturnType<typeof parse>;
  try {
    program = parse(text, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true });
  } catch {
    return names;
  }
  for (const statement of program.body) {
    if (statement.type === 'ExportDefaultDeclaration') {
      const { declaration } = statement;
      const named = declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration';
      names.set((named && declaration.id?.name) || '*default*', 'default');
    } else if (statement.type === 'ExportNamedDeclaration' && !statement.source) {
      for (const { local, exported } of statement.specifiers) names.set(nameOf(local), nameOf(exported));
      const { declaration } = statement;
      if (declaration?.type === 'VariableDeclaration') {
        for (const { id } of declaration.declarations)
          for (const name of patternNames(id)) names.set(name, name);
      } else if (declaration) names.set(declaration.id.name, declaration.id.name);
    }
  }
  return names;
}

function nameOf(node: { type: string; name?: string; value?: unknown }): string {
  return node.type === 'Identifier' ? (node.name ?? '') : String(node.value);
}
