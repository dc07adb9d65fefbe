import { readdir, readFile } from 'node:fs/promises'
import { basename, join, posix } from 'node:path'
import { readSourceFacts, type SourceFacts } from './source-facts.ts'

/** The repository as the rules see it: paths from its root with `/`, and what the files hold. */
export interface Project {
  readonly files: ReadonlyMap<string, string>
  readonly sources: readonly Source[]
  readonly manifest: Manifest
}

export interface Source {
  readonly path: string
  readonly facts: SourceFacts
}

/** The parts of package.json that rules ask about. */
export interface Manifest {
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}

/** Breaks of one kind of rule, each as `path:line: what: what to do instead`. */
export type Rule = (project: Project) => string[]

export function projectOf(files: ReadonlyMap<string, string>): Project {
  const sources = Array.from(files)
    .filter(([path]) => /\.tsx?$/.test(path))
    .map(([path, text]) => ({ path, facts: readSourceFacts(path, text) }))
  const empty = { scripts: {}, dependencies: {}, devDependencies: {}, optionalDependencies: {} }
  return { files, sources, manifest: { ...empty, ...JSON.parse(files.get('package.json') ?? '{}') } }
}

/** Not written by hand, or not part of the product. */
const LEFT_OUT =
  /^(node_modules|\.git|\.ringledger|coverage|bench-results|dist(-.+)?|package-lock\.json|\.env)$|\.(svg|log|png)$/

/** Reads a checkout, whatever git thinks of it. */
export async function readProject(root: string): Promise<Project> {
  const entries = await listFiles(root, '')
  const texts = entries.map(async (path) => [path, await readFile(join(root, path), 'utf8')] as const)
  return projectOf(new Map(await Promise.all(texts)))
}

async function listFiles(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true })
  const found = entries
    .filter(({ name }) => !LEFT_OUT.test(name))
    .map((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) return listFiles(root, path)
      return entry.isFile() ? [path] : []
    })
  return (await Promise.all(found)).flat().sort()
}

/** What runs in the browser is a folder of its own. */
export const PAGE = 'web/page'

/** `db`, for what lies in it at any depth; empty for a file in the root. */
export function folderOf(path: string): string {
  if (path.startsWith(`${PAGE}/`)) return PAGE
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : ''
}

/** True for tests and what sets up their tools: product code may not need them, and they may use everything. */
export function isTestCode(path: string): boolean {
  return folderOf(path) === 'test' || basename(path).endsWith('.config.ts')
}

/** The TypeScript files that package.json's scripts name. */
export function commandFiles({ manifest }: Project): string[] {
  return Object.values(manifest.scripts).flatMap((command) => command.match(/[\w./-]+\.ts\b/g) ?? [])
}

/** The files of ours that a file imports. */
export function relativeImports({ path, facts }: Source): { line: number; target: string }[] {
  return facts.imports
    .filter(({ text }) => text.startsWith('.'))
    .map(({ text, line }) => ({ line, target: posix.join(posix.dirname(path), text) }))
}

/** `@scope/name` of `@scope/name/part`; undefined for files and modules of Node. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined
  const parts = specifier.split('/')
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}
