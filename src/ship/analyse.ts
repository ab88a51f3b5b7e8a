import type {
  AnyNode,
  ArrowFunctionExpression,
  Class,
  Function as FunctionAst,
  Identifier,
  Pattern,
} from 'acorn';
import { EnclosingCode } from './enclosing-code.js';
import { type Analysis, emptyAnalysis, freeName, noteUse, writes } from './free-names.js';
import { children, hoistedNames, lexicalNames, patternNames, Scope } from './scope.js';
import { useOf } from './uses.js';

/**
 * Finds the free names of a function or class expression, and everything else it takes from the code around
 * it.
 */
export function analyse(root: AnyNode): Analysis {
  const analyser = new Analyser();
  analyser.visit(root, new Scope());
  return analyser.result;
}

class Analyser {
  readonly result = emptyAnalysis();

  private readonly ancestors: AnyNode[] = [];
  private readonly enclosing = new EnclosingCode(this.result);
  /** The scope that binds the name of the root when that is a named function expression. */
  private ownNameScope: Scope | undefined;

  visit(node: AnyNode | null | undefined, scope: Scope): void {
    if (!node) return;
    if (node.type === 'Identifier') {
      this.reference(node, scope, false);
      return;
    }
    this.ancestors.push(node);
    this.dispatch(node, scope);
    this.ancestors.pop();
  }

  private dispatch(node: AnyNode, scope: Scope): void {
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        this.function(node, scope);
        return;
      case 'ClassDeclaration':
      case 'ClassExpression':
        this.class(node, scope);
        return;
      case 'BlockStatement':
        this.block(node.body, scope);
        return;
      case 'SwitchStatement':
        this.visit(node.discriminant, scope);
        this.block(
          node.cases,
          scope,
          node.cases.flatMap((each) => each.consequent),
        );
        return;
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
        this.loop(node, scope);
        return;
      case 'CatchClause': {
        const inner = new Scope(scope);
        if (node.param) {
          inner.declare(patternNames(node.param));
          this.pattern(node.param, inner, false);
        }
        this.visit(node.body, inner);
        return;
      }
      case 'VariableDeclarator':
        this.pattern(node.id, scope, false);
        this.visit(node.init, scope);
        return;
      case 'AssignmentExpression':
        this.pattern(node.left, scope, true);
        this.visit(node.right, scope);
        return;
      case 'MemberExpression':
        if (node.property.type === 'PrivateIdentifier') this.enclosing.notePrivateName();
        this.visit(node.object, scope);
        if (node.computed) this.visit(node.property, scope);
        return;
      case 'BinaryExpression':
        if (node.left.type === 'PrivateIdentifier') this.enclosing.notePrivateName();
        else this.visit(node.left, scope);
        this.visit(node.right, scope);
        return;
      case 'Property':
        if (node.computed) this.visit(node.key, scope);
        this.visit(node.value, scope);
        return;
      case 'LabeledStatement':
        this.visit(node.body, scope);
        return;
      case 'BreakStatement':
      case 'ContinueStatement':
        return;
      case 'MetaProperty':
        if (node.meta.name === 'import') this.result.importMetas.push({ start: node.start, end: node.end });
        else this.enclosing.noteNewTarget();
        return;
      case 'ThisExpression':
        this.enclosing.noteThis();
        return;
      case 'Super':
        this.enclosing.noteSuper(this.ancestors[0]?.type === 'ArrowFunctionExpression');
        return;
      case 'WithStatement':
        this.result.dynamicScope = true;
        this.children(node, scope);
        return;
      case 'ImportExpression':
        this.result.importsDynamically = true;
        this.children(node, scope);
        return;
      case 'CallExpression':
        this.call(node, scope);
        return;
      default:
        this.children(node, scope);
        return;
    }
  }

  private children(node: AnyNode, scope: Scope): void {
    for (const child of children(node)) this.visit(child, scope);
  }

  private call(node: AnyNode & { type: 'CallExpression' }, scope: Scope): void {
    const callee =
      node.callee.type === 'Identifier' && !scope.binds(node.callee.name) ? node.callee.name : '';
    if (callee === 'eval') this.result.dynamicScope = true;
    const [, second] = node.arguments;
    if (callee === '__name' && second?.type === 'Literal' && node.arguments.length === 2) {
      this.result.keepsNames = true;
      this.visit(node.arguments[0], scope);
      return;
    }
    this.children(node, scope);
  }

  /** Visits a block. A function declared in one is scoped differently in strict and in sloppy code. */
  private block(nodes: readonly AnyNode[], outer: Scope, statements = nodes): void {
    if (statements.some(({ type }) => type === 'FunctionDeclaration')) this.result.modeMatters = true;
    this.level(nodes, outer, statements);
  }

  private level(nodes: readonly AnyNode[], outer: Scope, statements = nodes): void {
    const scope = new Scope(outer);
    scope.declare(lexicalNames(statements));
    for (const node of nodes) this.visit(node, scope);
  }

  private loop(
    node: AnyNode & { type: 'ForStatement' | 'ForInStatement' | 'ForOfStatement' },
    outer: Scope,
  ): void {
    const scope = new Scope(outer);
    const head = node.type === 'ForStatement' ? node.init : node.left;
    if (head?.type === 'VariableDeclaration') scope.declare(lexicalNames([head]));
    if (node.type === 'ForStatement') {
      this.visit(node.init, scope);
      this.visit(node.test, scope);
      this.visit(node.update, scope);
    } else {
      if (node.left.type === 'VariableDeclaration') this.visit(node.left, scope);
      else this.pattern(node.left, scope, true);
      this.visit(node.right, scope);
    }
    this.visit(node.body, scope);
  }

  private function(node: FunctionAst | ArrowFunctionExpression, outer: Scope): void {
    const isArrow = node.type === 'ArrowFunctionExpression';
    const names = new Scope(outer);
    if (node.type === 'FunctionExpression' && node.id) names.declare([node.id.name]);
    if (this.ancestors.length === 1) this.ownNameScope = names;
    const parameters = new Scope(names);
    if (!isArrow) parameters.declare(['arguments']);
    this.enclosing.inFunction(isArrow, () => {
      for (const parameter of node.params) parameters.declare(patternNames(parameter));
      for (const parameter of node.params) this.pattern(parameter, parameters, false);
      if (node.body.type === 'BlockStatement') this.body(node.body.body, parameters);
      else this.visit(node.body, parameters);
    });
  }

  private body(statements: readonly AnyNode[], outer: Scope): void {
    const scope = new Scope(outer);
    for (const statement of statements) {
      if (statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration') continue;
      scope.declare(hoistedNames(statement));
    }
    this.level(statements, scope);
  }

  private class(node: Class, outer: Scope): void {
    const scope = new Scope(outer);
    if (node.id) scope.declare([node.id.name]);
    this.visit(node.superClass, scope);
    for (const member of node.body.body) {
      if (member.type === 'StaticBlock') {
        this.enclosing.inMember(true, () => this.body(member.body, scope));
        continue;
      }
      if (member.key.type === 'PrivateIdentifier') {
        if (this.ancestors.length === 1 && !member.static) this.result.privateMembers = true;
      } else if (member.computed) this.visit(member.key, scope);
      this.enclosing.inMember(member.static, () => this.visit(member.value, scope));
    }
  }

  /**
   * Visits the expressions in a pattern. Its names count as references only when the pattern assigns to
   * existing variables instead of declaring new ones.
   */
  private pattern(pattern: Pattern, scope: Scope, assigns: boolean): void {
    switch (pattern.type) {
      case 'Identifier':
        if (assigns) this.reference(pattern, scope, true);
        return;
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          if (property.type === 'RestElement') this.pattern(property.argument, scope, assigns);
          else {
            if (property.computed) this.visit(property.key, scope);
            this.pattern(property.value, scope, assigns);
          }
        }
        return;
      case 'ArrayPattern':
        for (const element of pattern.elements) if (element) this.pattern(element, scope, assigns);
        return;
      case 'AssignmentPattern':
        this.pattern(pattern.left, scope, assigns);
        this.visit(pattern.right, scope);
        return;
      case 'RestElement':
        this.pattern(pattern.argument, scope, assigns);
        return;
      default:
        this.visit(pattern, scope);
        return;
    }
  }

  private reference(node: Identifier, scope: Scope, assigned: boolean): void {
    if (scope.binds(node.name)) {
      const parent = this.ancestors.at(-1);
      const writing = assigned || (parent !== undefined && writes(parent, node));
      if (writing && scope.owner(node.name) === this.ownNameScope) this.result.replacesItself = true;
      return;
    }
    if (node.name === 'arguments') {
      this.enclosing.noteArguments();
      return;
    }
    const free = freeName(this.result, node.name);
    this.enclosing.noteTiming(free);
    free.uses.push(useOf(node, this.ancestors));
    if (noteUse(free, node, this.ancestors.at(-1), this.ancestors.at(-2), assigned))
      this.result.modeMatters = true;
  }
}
