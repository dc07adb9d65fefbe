import { folderOf, isTestCode, PAGE, packageOf, type Rule, relativeImports } from './project.ts'

const LAYERS = ['billing', 'db', 'jobs', 'clients', 'config']

/** Whose files a folder's files may import, besides their own folder's. */
const MAY_IMPORT: ReadonlyMap<string, readonly string[]> = new Map([
  ['billing', []],
  ['config', []],
  ['db', ['billing']],
  ['clients', ['billing']],
  ['jobs', ['billing', 'db', 'clients', 'config']],
  ['workers', LAYERS],
  ['web', LAYERS],
  [PAGE, ['billing']],
  ['sandbox', [...LAYERS, 'workers', 'web']],
  ['scripts', [...LAYERS, 'workers', 'web', 'sandbox']],
  ['test', [...LAYERS, 'workers', 'web', PAGE, 'sandbox', 'scripts']],
])

export const folderImports: Rule = ({ sources }) =>
  sources.flatMap((source) => {
    const own = folderOf(source.path)
    const allowed = MAY_IMPORT.get(own)
    if (own === '') return []
    if (!allowed) return [`${source.path}: ${own}/ is no folder of the design: see CONTRIBUTING.md`]
    return relativeImports(source)
      .filter(({ target }) => folderOf(target) !== own && !allowed.includes(folderOf(target)))
      .map(({ line, target }) => {
        const may = allowed.length > 0 ? allowed.map((folder) => `${folder}/`).join(', ') : 'nothing of ours'
        return `${source.path}:${line}: imports ${target}: ${own}/ may import ${may}`
      })
  })

interface Owned {
  readonly packages: RegExp
  readonly owners: readonly string[]
  readonly instead: string
}

const QUEUE_OWNERS = ['workers/', 'jobs/queues.ts', 'web/bull-board.ts']

/** What the page in the browser is made with. */
const BROWSER_PACKAGES =
  /^(react|react-dom|wouter|d3-(scale|shape)|@(mantine|tanstack|tabler|stripe)\/.+|virtual:theme\.css)$/

/** Packages that only their owners import, so that one place knows each outside thing. */
const OWNED: readonly Owned[] = [
  { packages: /^bullmq$/, owners: QUEUE_OWNERS, instead: 'use the queues and producer of jobs/queues.ts' },
  {
    packages: /^ioredis$/,
    owners: [...QUEUE_OWNERS, 'jobs/queue-monitor.ts', 'sandbox/'],
    instead: 'use the queues and producer of jobs/queues.ts',
  },
  { packages: /^@bull-board\//, owners: ['web/bull-board.ts'], instead: 'mount it by web/bull-board.ts' },
  { packages: /^(kysely|pg)$/, owners: ['db/'], instead: 'call a function of db/' },
  { packages: /^(stripe|@sendgrid\/.+)$/, owners: ['clients/'], instead: 'call a client of clients/' },
  { packages: /^(fastify|@fastify\/.+)$/, owners: ['web/', 'sandbox/'], instead: 'serve HTTP from web/' },
  { packages: /^pdfkit$/, owners: ['web/'], instead: 'make documents in web/' },
  { packages: /^pino$/, owners: ['config/'], instead: 'take the log that is handed in (config/logger.ts)' },
  { packages: BROWSER_PACKAGES, owners: [`${PAGE}/`], instead: 'draw it in web/page/' },
  {
    packages: /^(testcontainers|@testcontainers\/.+|vitest|fast-check)$/,
    owners: [],
    instead: 'leave it to test/',
  },
]

export const packageOwners: Rule = ({ sources }) =>
  sources
    .filter(({ path }) => !isTestCode(path))
    .flatMap(({ path, facts }) =>
      facts.imports.flatMap(({ text, line }) => {
        const name = packageOf(text)
        const owned = OWNED.find(({ packages }) => name !== undefined && packages.test(name))
        if (!owned || owned.owners.some((owner) => path.startsWith(owner))) return []
        return [`${path}:${line}: imports ${text}: ${owned.instead}`]
      }),
    )

/** What is in build/ makes the page, and is no part of it. */
export const browserPackages: Rule = ({ sources }) =>
  sources
    .filter(({ path }) => folderOf(path) === PAGE && !isTestCode(path) && !path.startsWith(`${PAGE}/build/`))
    .flatMap(({ path, facts }) =>
      facts.imports
        .filter(({ text }) => !text.startsWith('.') && !BROWSER_PACKAGES.test(packageOf(text) ?? text))
        .map(
          ({ text, line }) =>
            `${path}:${line}: imports ${text}: the page runs in a browser, so keep to its packages`,
        ),
    )

/** Hashing is arithmetic; every other module of Node reaches outside. */
const PURE_MODULES = ['node:crypto']

export const pureBilling: Rule = ({ sources }) =>
  sources
    .filter(({ path }) => folderOf(path) === 'billing')
    .flatMap(({ path, facts }) =>
      facts.imports
        .filter(({ text }) => text.startsWith('node:') && !PURE_MODULES.includes(text))
        .map(
          ({ text, line }) => `${path}:${line}: imports ${text}: billing/ does no I/O, so hand the data in`,
        ),
    )

/** A migration stays what it was when the code around it changes. */
export const frozenMigrations: Rule = ({ sources }) =>
  sources
    .filter(({ path }) => /^db\/migrations\/\d/.test(path))
    .flatMap((source) =>
      relativeImports(source).map(
        ({ line, target }) =>
          `${source.path}:${line}: imports ${target}: a migration is frozen, so write out what it needs`,
      ),
    )
