import type { Config } from '../../config/config.ts'
import type { DataFolder } from '../data-folder.ts'
import { DEMO_ACCOUNTS } from '../demo/accounts.ts'
import type { DemoOperator } from '../demo/operator.ts'
import type { StartOptions } from './options.ts'

/** What runs, for whoever wants to use it. */
export interface Ready {
  readonly config: Config
  readonly folder: DataFolder
  readonly url: string
  readonly serviceKey: string
  readonly operator: DemoOperator
  readonly migrated: readonly string[]
  /** Null where the real one is used. */
  readonly fakeStripeUrl: string | null
  readonly fakeMailUrl: string | null
}

/** The line that `--json` prints (CONTRACTS: npm start); null stands for what is not built. */
export function readyLine({ config, url, serviceKey, operator }: Ready): string {
  return JSON.stringify({
    ready: true,
    url,
    serviceKey,
    operator,
    databaseUrl: config.databaseUrl,
    ownerDatabaseUrl: config.migrateDatabaseUrl,
    redisUrl: config.redisUrl,
    queueBackend: config.redisUrl === null ? 'postgres' : 'redis',
    stripeUrl: config.stripe?.apiBase ?? null,
    mailUrl: config.mail?.apiBase ?? null,
    accounts: DEMO_ACCOUNTS.map(({ id }) => id),
  })
}

/** What was done and where to look, for a person. */
export function readyText(ready: Ready, options: StartOptions): string {
  const { config, folder, url, migrated } = ready
  const account = DEMO_ACCOUNTS[0]?.id
  const curl = `curl -s -H 'Authorization: Bearer ${ready.serviceKey}'`
  const data = options.dataDir === undefined ? '' : ` -- --data '${folder.path}'`
  return `
Ringledger runs on this machine, at ${url}

  data       ${folder.path}
  Postgres   embedded, at ${hostOf(config.databaseUrl)}; schema ${migrated.length === 0 ? 'up to date' : `brought up to ${migrated.at(-1)}`}
  queue      ${queueOf(config)}
  processes  web, worker, scheduler; their log is ${folder.logFile}
  demo       ${DEMO_ACCOUNTS.length} accounts, two rate cards, a service key with every scope
  cards      ${stripeOf(ready)}
  mails      ${mailsOf(ready)}
  traffic    ${options.traffic ? 'demo calls and texts, through the queue' : 'none (--no-traffic)'}

Where to look
  customers  ${url}/ opens the billing page of each demo account
  API        ${url}/v1/docs
  balance    ${curl} ${url}/v1/accounts/${account}/balance
  entries    ${curl} '${url}/v1/accounts/${account}/entries?limit=5'
  operations ${url}/ops as ${ready.operator.user}, password ${ready.operator.password}; its queues at ${url}/ops/queues
  health     curl -s ${url}/readyz
  ledger     npm run -s verify-ledger${data}
  database   ${config.databaseUrl}

Ctrl-C stops it; the data stay for the next start.
`
}

function queueOf({ redisUrl }: Config): string {
  return redisUrl === null
    ? 'in Postgres, slowly: there is no redis-server on the PATH and no REDIS_URL'
    : `Redis, at ${hostOf(redisUrl)}`
}

function stripeOf({ fakeStripeUrl }: Ready): string {
  if (fakeStripeUrl === null) return 'Stripe, as configured'
  return `a stand-in for Stripe: its payments, and stories to tell it, at ${fakeStripeUrl}`
}

function mailsOf({ fakeMailUrl }: Ready): string {
  return fakeMailUrl === null ? 'SendGrid, as configured' : `shown at ${fakeMailUrl}, sent to nobody`
}

function hostOf(url: string): string {
  return new URL(url).host
}
