import vm from 'node:vm';
import { importMeta, mainLoader } from './load-module.js';
import type { FunctionNode } from './payload.js';

/** One function about to come to life. Its outer variables can be set before and after it is made. */
export interface Instance {
  readonly set: { readonly [name: string]: (value: unknown) => void };
  make(): unknown;
}

const factories = new Map<string, () => Instance>();
const FACTORY_LIMIT = 1000;

export function instantiate(node: FunctionNode): Instance {
  const names = node.captures.map(({ name }) => name);
  const { url, line, column } = node.position ?? {};
  const key = JSON.stringify([
    node.source,
    node.form,
    node.declared,
    node.strict,
    names,
    node.file,
    line,
    column,
  ]);
  let factory = factories.get(key);
  if (!factory) {
    factory = compile(node, names);
    if (factories.size >= FACTORY_LIMIT) factories.clear();
    factories.set(key, factory);
  }
  const instance = node.form === 'method' ? takenOut(factory()) : factory();
  if (node.metaName && url !== undefined) instance.set[node.metaName](importMeta(url));
  return instance;
}

/** A method is made as the only property of an object. */
function takenOut({ set, make }: Instance): Instance {
  return {
    set,
    make() {
      const holder = Object(make());
      const [key] = Reflect.ownKeys(holder);
      const descriptor = Object.getOwnPropertyDescriptor(holder, key);
      return descriptor?.value ?? descriptor?.get ?? descriptor?.set;
    },
  };
}

/**
 * Inside the factory nothing has a name but the captured variables, so that none can hide one. The source lies on the line and
 * column it has in the user's file, for stack traces.
 */
function compile(node: FunctionNode, captured: readonly string[]): () => Instance {
  const names = node.metaName ? [...captured, node.metaName] : captured;
  const setters = names.map((name) => `${name}(){${name}=arguments[0]}`).join();
  const declarations = names.length > 0 ? `var ${names.join()};` : '';
  const helper = node.keepsNames
    ? `var __name=(0,function(f,n){return Object.defineProperty(f,'name',{value:n,configurable:true})});`
    : '';
  const [open, close] = brackets(node);
  const script = (strict: boolean): vm.Script => {
    const prefix = `${strict ? `'use strict';` : ''}(function(){${declarations}${helper}return{set:{${setters}},make(){return${open}`;
    return new vm.Script(`${prefix}${node.source}\n${close}})`, {
      filename: node.file,
      lineOffset: node.position?.line ?? 0,
      columnOffset: (node.position?.column ?? 0) - prefix.length,
      ...(node.importsDynamically ? { importModuleDynamically: mainLoader() } : undefined),
    });
  };
  let compiled: vm.Script;
  try {
    compiled = script(node.strict);
  } catch (error) {
    // Whether an arrow function came from strict code cannot be told; sloppy syntax tells.
    if (!node.strict) throw error;
    compiled = script(false);
  }
  return compiled.runInThisContext() as () => Instance;
}

/** What stands around the source. A declaration lies behind the `return`, and is there before it all the same. */
function brackets({ form, declared }: FunctionNode): readonly [string, string] {
  if (declared !== undefined) return [` ${declared}}};`, ''];
  return form === 'method' ? ['{', '}}}'] : ['(', ')}}'];
}
