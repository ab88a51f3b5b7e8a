import vm from 'node:vm';
import { TextCache } from '../util/index.js';
import { importMeta, mainLoader } from './dynamic-import.js';
import type { FunctionNode } from './payload.js';

/** A function with variables of its own around it, which can be set before and after `make` returns it. */
export interface Instance {
  readonly set: { readonly [name: string]: (value: unknown) => void };
  make(): unknown;
  /** Returns the setters of a class's private static fields, once the class is made. */
  readonly setters?: () => PrivateSetters;
}

/** Sets private static fields of a class, by name. */
export type PrivateSetters = Readonly<Record<string, (value: unknown) => void>>;

const factories = new TextCache<() => Instance>(1000);

/** Returns a new instance of a function's source. Sources are compiled once per thread, up to a limit. */
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
  const factory = factories.get(key, () => compile(node, names));
  const instance = node.form === 'method' ? extractMethod(factory()) : factory();
  if (node.metaName && url !== undefined) instance.set[node.metaName](importMeta(url));
  return node.privates ? withPrivates(instance, node.privates.hook) : instance;
}

/** Keeps the setters that the class passes to its hook. */
function withPrivates(instance: Instance, hook: string): Instance {
  let setters: PrivateSetters = {};
  instance.set[hook]((made: PrivateSetters) => {
    setters = made;
  });
  return { ...instance, setters: () => setters };
}

/** Has `make` return the method, getter or setter, which is compiled as the only property of an object. */
function extractMethod({ set, make }: Instance): Instance {
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
 * Compiles a function that makes instances. It declares no names but the captured variables, so that none of
 * its own hides a global. Line and column of the source are those in the user's file, for stack traces.
 */
function compile(node: FunctionNode, captured: readonly string[]): () => Instance {
  const { metaName, privates } = node;
  const names = [...captured, ...(metaName ? [metaName] : []), ...(privates ? [privates.hook] : [])];
  const setters = names.map((name) => `${name}(){${name}=arguments[0]}`).join();
  const declarations = names.length > 0 ? `var ${names.join()};` : '';
  const helper = node.keepsNames
    ? `var __name=(0,function(f,n){return Object.defineProperty(f,'name',{value:n,configurable:true})});`
    : '';
  const [open, close] = brackets(node);
  const script = (strict: boolean): vm.Script => {
    const directive = strict ? `'use strict';` : '';
    const head = `${directive}(function(){${declarations}${helper}`;
    const prefix = `${head}return{set:{${setters}},make(){return${open}`;
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
    // The mode of an arrow function is a guess: a syntax error in strict code means that it is sloppy.
    if (!node.strict) throw error;
    compiled = script(false);
  }
  return compiled.runInThisContext() as () => Instance;
}

/**
 * Returns the code around the source. A declaration stands after its `return`, which works because it is
 * hoisted.
 */
function brackets({ form, declared }: FunctionNode): readonly [string, string] {
  if (declared !== undefined) return [` ${declared}}};`, ''];
  return form === 'method' ? ['{', '}}}'] : ['(', ')}}'];
}
