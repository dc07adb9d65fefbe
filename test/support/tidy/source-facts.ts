import { parseAst } from 'vitest/node'

/** What a TypeScript file says that rules ask about. */
export interface SourceFacts {
  /** Module specifiers, those of types and of `new URL('./file.ts', import.meta.url)` too. */
  readonly imports: readonly Fact[]
  /** Imported names with their modules: `node:crypto randomUUID`. */
  readonly names: readonly Fact[]
  /** Members, calls and empty `new`s by name: `process.env`, `Date.now`, `fetch()`, `new Date()`. */
  readonly uses: readonly Fact[]
}

export interface Fact {
  readonly text: string
  /** From 1. */
  readonly line: number
}

/** Reads a file's facts off its syntax tree, so that comments and text inside quotes never count. */
export function readSourceFacts(path: string, text: string): SourceFacts {
  const nodes = [...nodesOf(parseAst(text, { lang: path.endsWith('x') ? 'tsx' : 'ts' }))]
  const factsBy = (read: (node: Node) => string[]) =>
    nodes.flatMap((node) => read(node).map((found) => ({ text: found, line: lineAt(text, node.start) })))
  return { imports: factsBy(importedBy), names: factsBy(namesImportedBy), uses: factsBy(usedBy) }
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

/** A node of the ESTree syntax tree. Only the fields that some kind of node has are named; others are unknown. */
interface Node {
  readonly type: string
  readonly start: number
  readonly name?: unknown
  readonly value?: unknown
  readonly source?: unknown
  readonly specifiers?: unknown
  readonly imported?: unknown
  readonly callee?: unknown
  readonly arguments?: unknown
  readonly object?: unknown
  readonly property?: unknown
  readonly properties?: unknown
  readonly key?: unknown
  readonly id?: unknown
  readonly init?: unknown
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

function* nodesOf(root: unknown): Generator<Node> {
  if (isNode(root)) yield root
  if (typeof root !== 'object' || root === null) return
  for (const child of Object.values(root)) yield* nodesOf(child)
}

function nodesIn(list: unknown): Node[] {
  return Array.isArray(list) ? list.filter(isNode) : []
}

const IMPORTING = /^(ImportDeclaration|Export(Named|All)Declaration|ImportExpression|TSImportType)$/

function importedBy(node: Node): string[] {
  if (IMPORTING.test(node.type)) return textOf(node.source)
  const [path, base] = nodesIn(node.arguments)
  const isUrl = node.type === 'NewExpression' && nameOf(node.callee)[0] === 'URL'
  if (!isUrl || memberOf(base)[0] !== 'import.meta.url') return []
  return textOf(path)
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => (file.startsWith('.') ? file : `./${file}`))
}

function namesImportedBy({ source, specifiers }: Node): string[] {
  const [module] = textOf(source)
  if (module === undefined) return []
  return nodesIn(specifiers).flatMap(({ imported }) => nameOf(imported).map((name) => `${module} ${name}`))
}

function usedBy(node: Node): string[] {
  switch (node.type) {
    case 'MemberExpression':
      return memberOf(node)
    case 'CallExpression':
      return nameOf(node.callee).map((name) => `${name}()`)
    case 'NewExpression':
      return nodesIn(node.arguments).length > 0 ? [] : nameOf(node.callee).map((name) => `new ${name}()`)
    case 'VariableDeclarator':
      return nameOf(node.init).flatMap((object) => keysOf(node.id).map((key) => `${object}.${key}`))
    default:
      return []
  }
}

/** The names that `const { env } = process` takes out. */
function keysOf(pattern: unknown): string[] {
  return isNode(pattern) ? nodesIn(pattern.properties).flatMap(({ key }) => nameOf(key)) : []
}

/** `process.env`, `process['env']`, `import.meta.url`; the last two names of a longer chain. */
function memberOf(node: unknown): string[] {
  if (!isNode(node) || !isNode(node.object)) return []
  const { object, property } = node
  const owner =
    object.type === 'MetaProperty' ? ['import.meta'] : [...nameOf(object), ...nameOf(object.property)]
  return [...nameOf(property), ...textOf(property)].flatMap((name) =>
    owner.map((first) => `${first}.${name}`),
  )
}

/** The name, if the node is one. */
function nameOf(node: unknown): string[] {
  return isNode(node) && node.type === 'Identifier' && typeof node.name === 'string' ? [node.name] : []
}

/** The text, if the node is one in quotes. */
function textOf(node: unknown): string[] {
  return isNode(node) && node.type === 'Literal' && typeof node.value === 'string' ? [node.value] : []
}
