import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { projectOf, readProject } from './support/tidy/project.ts'
import { RULES } from './support/tidy/rules.ts'

describe('in this repository', async () => {
  const project = await readProject(fileURLToPath(new URL('..', import.meta.url)))

  it.each(Object.entries(RULES))('%s', (_, rule) => {
    expect(rule(project)).toEqual([])
  })
})

/** A project as small as one can be that keeps every rule. */
const HEALTHY = {
  'package.json': manifest({}),
  Procfile: 'web: npm run -s start\n',
  'README.md': '# Healthy\n',
  'scripts/start.ts': "import { run } from '../jobs/run.ts'\nrun(process.argv)\n",
  'jobs/run.ts':
    "import { z } from 'zod'\n// Date.now() in a comment is none\nexport const run = (text: unknown) => z.string().parse(text)\n",
  'test/unit/run.test.ts':
    "import { it } from 'vitest'\nimport { run } from '../../jobs/run.ts'\nit('runs', () => run('new Date()'))\n",
  'vitest.config.ts': 'export default {}\n',
}

function manifest({ scripts = {}, dependencies = {}, devDependencies = {} }): string {
  return JSON.stringify({
    scripts: { start: 'node scripts/start.ts', ...scripts },
    dependencies: { zod: '4.6.7', ...dependencies },
    devDependencies: { vitest: '5.1.1', ...devDependencies },
  })
}

/** Each with a file that breaks it, and what the rule then says. */
const BREAKS: readonly [rule: string, files: Readonly<Record<string, string>>, says: string][] = [
  [
    'folders import only what lies below them',
    { 'jobs/wake.ts': "\nimport { start } from '../workers/start.ts'\n" },
    'jobs/wake.ts:2: imports workers/start.ts: jobs/ may import billing/, db/, clients/, config/',
  ],
  [
    'folders import only what lies below them',
    { 'workers/show.ts': "export * from '../web/page.ts'" },
    'workers/show.ts:1: imports web/page.ts: workers/ may import billing/, db/, jobs/, clients/, config/',
  ],
  [
    'folders import only what lies below them',
    { 'billing/price.ts': "import type { Db } from '../db/connect.ts'" },
    'billing/price.ts:1: imports db/connect.ts: billing/ may import nothing of ours',
  ],
  [
    'folders import only what lies below them',
    { 'scripts/load.ts': "await import('../test/support/setup.ts')" },
    'scripts/load.ts:1: imports test/support/setup.ts: scripts/ may import billing/, db/, jobs/, clients/, config/, workers/, web/, sandbox/',
  ],
  [
    'folders import only what lies below them',
    { 'lib/price.ts': '' },
    'lib/price.ts: lib/ is no folder of the design: see CONTRIBUTING.md',
  ],
  [
    'folders import only what lies below them',
    { 'web/page/balance.tsx': "import { readBalance } from '../../db/balance.ts'" },
    'web/page/balance.tsx:1: imports db/balance.ts: web/page/ may import billing/',
  ],
  [
    'folders import only what lies below them',
    { 'web/server.ts': "import { theme } from './page/theme.ts'" },
    'web/server.ts:1: imports web/page/theme.ts: web/ may import billing/, db/, jobs/, clients/, config/',
  ],
  [
    'the page imports packages for browsers alone',
    {
      'web/page/balance.tsx': "import { useState } from 'react'\nimport { readFile } from 'node:fs/promises'",
    },
    'web/page/balance.tsx:2: imports node:fs/promises: the page runs in a browser, so keep to its packages',
  ],
  [
    'packages are imported by their owners alone',
    { 'jobs/charge.ts': "import { Queue } from 'bullmq'" },
    'jobs/charge.ts:1: imports bullmq: use the queues and producer of jobs/queues.ts',
  ],
  [
    'packages are imported by their owners alone',
    { 'web/balance.ts': "import type { Kysely } from 'kysely'" },
    'web/balance.ts:1: imports kysely: call a function of db/',
  ],
  [
    'packages are imported by their owners alone',
    { 'jobs/pay.ts': "type Api = import('stripe').Stripe" },
    'jobs/pay.ts:1: imports stripe: call a client of clients/',
  ],
  [
    'billing imports no module that reaches outside',
    { 'billing/rates.ts': "import { readFile } from 'node:fs/promises'" },
    'billing/rates.ts:1: imports node:fs/promises: billing/ does no I/O, so hand the data in',
  ],
  [
    'migrations import nothing of ours',
    { 'db/migrations/0001-ledger.ts': "import { ITEMS } from '../../billing/items.ts'" },
    'db/migrations/0001-ledger.ts:1: imports billing/items.ts: a migration is frozen, so write out what it needs',
  ],
  [
    'every file is in use',
    { 'jobs/old.ts': '' },
    'jobs/old.ts: no command of package.json reaches it: import it where it is used or delete it',
  ],
  [
    'every file is in use',
    { 'jobs/old.ts': '', 'test/unit/old.test.ts': "import '../../jobs/old.ts'" },
    'jobs/old.ts: no command of package.json reaches it: import it where it is used or delete it',
  ],
  [
    'every file is in use',
    { 'scripts/old.ts': '' },
    'scripts/old.ts: no script of package.json runs it: add one or delete it',
  ],
  [
    'every file is in use',
    { 'test/support/old.ts': '' },
    'test/support/old.ts: no test imports it: delete it',
  ],
  ...bannedUses({
    'jobs/run.ts': [
      [
        'process.env.PORT',
        'process.env',
        'only config/ reads the environment; take what you need from Config',
      ],
      ["process['env']", 'process.env', 'only config/ reads the environment; take what you need from Config'],
      [
        'const { env } = process',
        'process.env',
        'only config/ reads the environment; take what you need from Config',
      ],
      ['Date.now()', 'Date.now', 'take the clock that is handed in (config/clock.ts)'],
      ['new Date()', 'new Date()', 'take the clock that is handed in (config/clock.ts)'],
      ['Temporal.Now.instant()', 'Temporal.Now', 'take the clock that is handed in (config/clock.ts)'],
      ['Math.random()', 'Math.random', 'take newId that is handed in (config/clock.ts)'],
      ['crypto.randomUUID()', 'crypto.randomUUID', 'take newId that is handed in (config/clock.ts)'],
      [
        "import { randomUUID } from 'node:crypto'",
        'node:crypto randomUUID',
        'take newId that is handed in (config/clock.ts)',
      ],
    ],
    'billing/price.ts': [
      ["fetch('/rates')", 'fetch()', 'billing/ does no I/O and has no clock; hand the data in'],
      ['console.log(1)', 'console.log', 'billing/ does no I/O and has no clock; hand the data in'],
    ],
    'web/page/balance.tsx': [
      [
        "Number('12.34')",
        'Number()',
        'money is text or Micros: format it by money/, and make a length of it by charts/chart-value.ts',
      ],
    ],
    'test/unit/run.test.ts': [
      ["it.skip('runs', work)", 'it.skip', 'mend the test or delete it'],
      ["describe.only('all', work)", 'describe.only', 'mend the test or delete it'],
      ["test.todo('runs')", 'test.todo', 'mend the test or delete it'],
    ],
  }),
  [
    'files are of one subject',
    { 'jobs/run.ts': 'export {}\n'.repeat(301) },
    'jobs/run.ts: 301 lines: find its second subject and give it a file',
  ],
  ['file names are in kebab-case', { 'jobs/runAll.ts': '' }, 'jobs/runAll.ts: name it in kebab-case'],
  ['file names name a subject', { 'jobs/utils.ts': '' }, 'jobs/utils.ts: name it by its one subject'],
  [
    'no file knows the machine it was written on',
    { 'README.md': `# Healthy\nsee /${'work'}/main\n` },
    `README.md:2: /${'work'}/: the product does not know the machine it was written on`,
  ],
  [
    'dependencies are pinned',
    { 'package.json': manifest({ dependencies: { zod: '^4.6.7' } }) },
    'package.json: zod ^4.6.7: pin one exact version',
  ],
  [
    'imported packages are declared',
    { 'jobs/run.ts': "import { z } from 'zod/mini'\nimport fastify from '@fastify/static'" },
    'jobs/run.ts:2: imports @fastify/static: declare it in package.json, in dependencies if the product needs it',
  ],
  [
    'imported packages are declared',
    { 'jobs/run.ts': "import { it } from 'vitest'" },
    'jobs/run.ts:1: imports vitest: declare it in package.json, in dependencies if the product needs it',
  ],
  [
    'declared packages are used',
    { 'package.json': manifest({ devDependencies: { typescript: '7.0.2' } }) },
    'package.json: typescript: nothing uses it, remove it',
  ],
  [
    'scripts of package.json run files that exist',
    { 'package.json': manifest({ scripts: { price: 'node scripts/price.ts' } }) },
    'package.json: scripts: scripts/price.ts does not exist: write it or remove the script',
  ],
  [
    'the Procfile runs scripts that exist',
    { Procfile: 'release: npm run -s migrate\n' },
    'Procfile: npm run migrate: package.json has no such script',
  ],
]

/** A break for each piece of code that a file may not hold. */
function bannedUses(files: Record<string, [code: string, use: string, instead: string][]>): typeof BREAKS {
  return Object.entries(files).flatMap(([path, codes]) =>
    codes.map(([code, use, instead]): (typeof BREAKS)[number] => [
      'the environment, the clock, ids and I/O stay in their places, and no test is left out',
      { [path]: code },
      `${path}:1: ${use}: ${instead}`,
    ]),
  )
}

function check(rule: string, files: Readonly<Record<string, string>>): string[] | undefined {
  return RULES[rule]?.(projectOf(new Map(Object.entries({ ...HEALTHY, ...files }))))
}

describe('the rule', () => {
  it.each(Object.keys(RULES))('"%s" finds nothing in a healthy project', (rule) => {
    expect(check(rule, {})).toEqual([])
  })

  it.each(BREAKS)('"%s" finds a break: %j', (rule, files, says) => {
    expect(check(rule, files)).toEqual([says])
  })

  it('that has no break here is none', () => {
    expect(new Set(BREAKS.map(([rule]) => rule))).toEqual(new Set(Object.keys(RULES)))
  })
})
