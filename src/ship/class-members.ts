import type { AnyNode } from 'acorn';

/** A static field of a class. Offsets are those in the source of the class. */
export interface StaticField {
  /** The name, `#name` for a private one; undefined when it is computed. */
  readonly key: string | undefined;
  readonly isPrivate: boolean;
  readonly start: number;
  readonly keyEnd: number;
  readonly end: number;
  /** The source of the initializer. */
  readonly initializer: string | undefined;
}

/** A method, getter or setter of a class, as `Function.prototype.toString` prints it. */
export interface MethodText {
  /** The name; undefined when it is computed. */
  readonly key: string | undefined;
  readonly isStatic: boolean;
  readonly part: 'value' | 'get' | 'set';
  readonly text: string;
}

/** The members of a class by which its copy would begin anew, or which it makes by itself. */
export interface ClassMembers {
  readonly fields: readonly StaticField[];
  readonly blocks: readonly { readonly start: number; readonly end: number }[];
  readonly methods: readonly MethodText[];
  /** The offset of the closing bracket. */
  readonly close: number;
}

/** Lists the members of a class, whose source is `text`. */
export function classMembers(
  node: AnyNode & { type: 'ClassExpression' },
  text: string,
  offset: number,
): ClassMembers {
  const fields: StaticField[] = [];
  const blocks: { start: number; end: number }[] = [];
  const methods: MethodText[] = [];
  for (const member of node.body.body) {
    const [start, end] = [member.start - offset, member.end - offset];
    if (member.type === 'StaticBlock') {
      blocks.push({ start, end });
      continue;
    }
    const isPrivate = member.key.type === 'PrivateIdentifier';
    const key = member.computed ? undefined : keyName(member.key);
    if (member.type === 'PropertyDefinition') {
      if (!member.static) continue;
      const initializer = member.value
        ? text.slice(member.value.start - offset, member.value.end - offset)
        : undefined;
      fields.push({ key, isPrivate, start, keyEnd: member.key.end - offset, end, initializer });
    } else if (!isPrivate && member.kind !== 'constructor') {
      const part = member.kind === 'method' ? 'value' : member.kind;
      methods.push({
        key,
        isStatic: member.static,
        part,
        text: methodText(text.slice(start, end), member.static),
      });
    }
  }
  return { fields, blocks, methods, close: node.body.end - offset - 1 };
}

function keyName(key: AnyNode): string | undefined {
  switch (key.type) {
    case 'Identifier':
      return key.name;
    case 'PrivateIdentifier':
      return `#${key.name}`;
    case 'Literal':
      return String(key.value);
    default:
      return undefined;
  }
}

const AFTER_STATIC = /^static(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n\r]*)*/;

const methodText = (text: string, isStatic: boolean): string =>
  isStatic ? text.replace(AFTER_STATIC, '') : text;

/**
 * Returns the source of a class without its static blocks and static fields, except those that `keeps` names:
 * their effects are sent as values. Private fields stay declared. The text keeps its length, so that lines
 * and columns stay the same.
 */
export function withoutInitializers(
  text: string,
  { fields, blocks }: ClassMembers,
  keeps: (field: StaticField) => boolean,
): string {
  let source = text;
  const blank = (start: number, end: number): void => {
    // A semicolon keeps the member before from running into the one after.
    const rest = source.slice(start + 1, end).replace(/[^\n\r\u2028\u2029]/g, ' ');
    source = `${source.slice(0, start)};${rest}${source.slice(end)}`;
  };
  for (const { start, end } of blocks) blank(start, end);
  for (const field of fields) {
    if (keeps(field)) continue;
    const from = field.isPrivate ? field.keyEnd : field.start;
    if (from < field.end) blank(from, field.end);
  }
  return source;
}

/**
 * Adds a static block that passes `hook` the setters of private static fields. It stands before the
 * closing bracket, so that all positions before it stay the same.
 */
export function withSetters(source: string, close: number, hook: string, names: readonly string[]): string {
  const setters = names.map((name) => `${JSON.stringify(name)}:(v)=>{this.${name}=v}`).join();
  return `${source.slice(0, close)}static{${hook}({${setters}})}${source.slice(close)}`;
}
