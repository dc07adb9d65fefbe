import { Agent } from 'node:http'
import { systemClock, systemNewId } from '../../config/clock.ts'
import { EXIT, runCommand } from '../../scripts/command.ts'
import { readCount } from '../../scripts/read-count.ts'
import { issueServiceKey } from '../../web/service-key.ts'
import { BUSY_ACCOUNT, fillBusyAccount, indexBusyAccount } from './activity-ledger.ts'
import { closedLoop, type LoopFigures } from './closed-loop.ts'
import { type Ledger, prepareLedgers } from './ledgers.ts'
import { ProcessHandle } from './process-handle.ts'
import { send } from './send.ts'
import { startServers } from './servers.ts'
import { textTable } from './text-table.ts'
import { accountId } from './usage-rows.ts'
import type { WebCalls } from './web-process.ts'

const HELP = `npm run bench:api -- [--clients 100] [--seconds 5] [--rounds 5] [--entries 100000]

So many clients read balances and pages of activity of a seeded ledger over HTTP, each as soon as it has its answer, in
turns with an empty handler of the same server. Prints answers a second and the times they took, in milliseconds, and
p99 against that of the empty handler, round by round. Ends with an error when any answer is not 200.
`

const ACCOUNTS = 1_000
const WARM_UP_MS = 1_000
const ENTRIES_MAX = 100_000_000

await runCommand({
  name: 'bench:api',
  help: HELP,
  args: [],
  options: {
    clients: { type: 'string' },
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    entries: { type: 'string' },
  },
  run: async ({ options: { clients = '100', seconds = '5', rounds = '5', entries = '100000' } }) => {
    await bench({
      clients: readCount(clients, '--clients'),
      seconds: readCount(seconds, '--seconds'),
      rounds: readCount(rounds, '--rounds'),
      entries: readCount(entries, '--entries', ENTRIES_MAX),
    })
    return EXIT.done
  },
})

interface Load {
  readonly clients: number
  readonly seconds: number
  readonly rounds: number
}

async function bench({ entries, ...load }: Load & { entries: number }): Promise<void> {
  const servers = await startServers()
  try {
    const ledger = await (await prepareLedgers(servers, ACCOUNTS)).create()
    await fillBusyAccount(ledger.db, entries)
    await indexBusyAccount(ledger.db)
    await ask(ledger, load)
    await ledger.drop()
  } finally {
    await servers.stop()
  }
}

async function ask(ledger: Ledger, load: Load): Promise<void> {
  const config = ledger.config({ usage: 1, worker: [0] })
  const noLimits = { key: 0, stream: 0, session: 0, address: 0 }
  const web = new ProcessHandle<WebCalls>('web-process.ts')
  const page = { ...config.page, rateLimits: noLimits }
  const { url } = await web.call('start', { config: { ...config, port: 0, page } })
  const deps = { clock: systemClock, newId: systemNewId }
  const key = await issueServiceKey(ledger.db, { name: 'bench', scopes: ['read'] }, deps)
  const agent = new Agent({ keepAlive: true, maxSockets: load.clients })
  const get = (path: string) => send(`${url}${path}`, { agent, key: key ?? '', ask: null, status: 200 })
  try {
    for (let round = 0; round <= load.rounds; round++) await compare(round, load, get)
  } finally {
    agent.destroy()
    await web.call('stop', null)
    web.end()
  }
}

type Get = (path: string) => Promise<void>

/** Round 0 warms up. */
async function compare(round: number, { clients, seconds }: Load, get: Get): Promise<void> {
  const ms = round === 0 ? WARM_UP_MS : seconds * 1_000
  const empty = await closedLoop({ clients, ms }, () => get('/healthz'))
  let asked = 0
  const reading = await closedLoop({ clients, ms }, () => get(nextPath(asked++)))
  if (round === 0) return
  const times = (reading.p99Ms / empty.p99Ms).toFixed(1)
  console.log(`round ${round}: p99 of reading is ${times} times that of the empty handler`)
  console.log(textTable([['', 'a second', 'p50', 'p99'], rowOf('empty', empty), rowOf('reading', reading)]))
}

function rowOf(name: string, { perSecond, p50Ms, p99Ms }: LoopFigures): string[] {
  return [name, perSecond.toFixed(0), `${p50Ms.toFixed(1)} ms`, `${p99Ms.toFixed(1)} ms`]
}

/** Every second one is a balance; every fourth one is the activity of the account that has the most. */
function nextPath(asked: number): string {
  const account = `/v1/accounts/${accountId(asked % ACCOUNTS)}`
  if (asked % 2 === 0) return `${account}/balance`
  return asked % 4 === 1 ? `/v1/accounts/${BUSY_ACCOUNT}/entries` : `${account}/entries`
}
