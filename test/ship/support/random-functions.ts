import fc from 'fast-check';

/*
 * Sources of functions that no one would write: few names, declared and used in every construct that has a
 * scope. Many are no valid JavaScript (a name declared twice); whoever uses them leaves those out.
 */

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const word = (...texts: string[]) => fc.constantFrom(...texts);
type Text = fc.Arbitrary<string>;

/** A template of arbitraries. */
const text = (strings: TemplateStringsArray, ...parts: Text[]): Text =>
  fc.tuple(...parts).map((values) => String.raw({ raw: strings }, ...values));

const listOf = (item: Text, separator: string): Text =>
  fc.array(item, { maxLength: 3 }).map((items) => items.join(separator));

const { source } = fc.letrec<Record<string, string>>((tie) => {
  const [expression, pattern, target, body, members] = [
    'expression',
    'pattern',
    'target',
    'body',
    'members',
  ].map((each) => tie(each));
  const key = fc.oneof(name, text`[${expression}]`);
  const parameters = listOf(fc.oneof(pattern, text`${pattern} = ${expression}`), ', ');
  const method = text`${word('', 'async ', '*', 'get ')}${key}(${parameters}) ${body}`;
  return {
    target: fc.oneof({ maxDepth: 3 }, name, text`${name}.x`, text`${name}[${expression}]`),
    pattern: fc.oneof(
      { maxDepth: 3 },
      name,
      text`{ ${name}, ${name}: ${pattern}, ${name} = ${expression}, [${expression}]: ${pattern}, ...${name} }`,
      text`[${pattern}, , ${pattern} = ${expression}, ...${pattern}]`,
    ),
    expression: fc.oneof(
      { maxDepth: 4 },
      name,
      text`${name}.${name}`,
      text`(${expression} + ${expression})`,
      text`(${word('', 'async ')}${name} => ${expression})`,
      text`((${parameters}) => ${body})`,
      text`(${word('', 'async ')}function ${fc.oneof(name, word(''))}(${parameters}) ${body})`,
      text`(class ${fc.oneof(name, word(''))} ${word('', 'extends c ')}{ ${members} })`,
      text`({ ${name}, ${key}: ${expression}, ${method}, ...${expression} })`,
      text`(${target} ${word('=', '+=', '??=')} ${expression})`,
      text`([${target}, { ${name}: ${target}, ${name} = ${expression}, ...${target} }] = ${expression})`,
      text`(${target}++)`,
      text`(typeof ${name})`,
      text`(delete ${name}.x)`,
      text`${name}?.[${expression}]`,
      text`a\`\${${expression}}\``,
    ),
    members: listOf(
      fc.oneof(
        method,
        text`static ${method}`,
        text`${word('', 'static ')}${key} = ${expression};`,
        text`static ${body}`,
      ),
      ' ',
    ),
    statement: fc.oneof(
      { maxDepth: 4 },
      text`${name};`,
      text`${word('var', 'let', 'const')} ${pattern} = ${expression};`,
      text`(${expression});`,
      body,
      text`${word('', 'async ')}function ${name}(${parameters}) ${body}`,
      text`class ${name} { ${members} }`,
      text`for (${word('var', 'let')} ${name} = ${expression}; ${expression}; ${expression}) ${body}`,
      text`for (${word('var', 'let', 'const')} ${pattern} of ${expression}) ${body}`,
      text`for (${target} in ${expression}) ${body}`,
      text`try ${body} catch ${fc.oneof(word(''), text`(${pattern})`)} ${body} finally ${body}`,
      text`switch (${expression}) { case ${expression}: ${tie('statement')} default: ${tie('statement')} }`,
      text`${name}: for (;;) { break ${name}; }`,
    ),
    body: text`{ ${listOf(tie('statement'), ' ')} }`,
    source: fc.oneof(
      text`(${parameters}) => ${body}`,
      text`function ${fc.oneof(name, word(''))}(${parameters}) ${body}`,
      text`class ${fc.oneof(name, word(''))} { ${members} }`,
    ),
  };
});

export const functionSource: Text = source.filter(isJavaScript);

function isJavaScript(code: string): boolean {
  try {
    new Function(`return (${code})`);
    return true;
  } catch {
    return false;
  }
}
