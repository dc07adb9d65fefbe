import { onTestFinished } from 'vitest'
import { parseUsd } from '../../billing/money.ts'
import type { Config } from '../../config/config.ts'
import { adjust } from '../../db/corrections.ts'
import { inTransaction } from '../../db/transaction.ts'
import { chargeRecords } from '../../jobs/charge-records.ts'
import type { CommitReport } from '../../jobs/commit-usage.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { issueServiceKey, SCOPES, type Scope } from '../../web/service-key.ts'
import { type RunningWeb, startWeb } from '../../web/start-web.ts'
import { expectDescribed } from './described-answers.ts'
import { PAGE_TOKEN_KEYS } from './page-session.ts'
import { type Pipeline, setupPipeline } from './pipeline.ts'
import { type QueueBackend, queueBackends } from './queue-backends.ts'
import { type Setup, setup } from './setup.ts'

export interface Web extends Pipeline {
  readonly web: RunningWeb
  /** A service key with every scope. */
  readonly key: string
  issueKey(name: string, scopes: readonly Scope[]): Promise<string>
  /**
   * Sends a request with the key, unless the headers say otherwise, and proves that a good answer has the shape that its
   * route gives it.
   */
  send(path: string, request?: RequestInit): Promise<Response>
  /** The JSON of a GET. */
  get(path: string): Promise<Json>
  /** Charges usage without the queue. */
  charge(raws: readonly unknown[]): Promise<CommitReport>
  /** Posts an adjustment to acct_a, now. */
  adjustBy(id: string, amount: string): Promise<unknown>
  post(path: string, body: string | Uint8Array, mediaType?: string): Promise<{ status: number; body: Json }>
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers without declaring their shape
export type Json = any

/** A pipeline with the HTTP server before it, which `reach` may lead to its servers another way. */
export async function setupWeb(
  backend: QueueBackend = firstBackend(),
  reach: (config: Config) => Promise<Partial<Config>> = () => Promise.resolve({}),
  settingUp: Promise<Setup> = setup(),
): Promise<Web> {
  const pipeline = await setupPipeline(backend, settingUp)
  const page = { ...pipeline.config.page, tokenKeys: PAGE_TOKEN_KEYS }
  const config = { ...pipeline.config, port: 0, page, ...(await reach({ ...pipeline.config, page })) }
  const web = await startWeb({ ...pipeline.deps, config })
  onTestFinished(async () => await web.stop(1_000))
  const issueKey = async (name: string, scopes: readonly Scope[]) => {
    const key = await issueServiceKey(pipeline.db, { name, scopes }, pipeline.deps)
    if (key === null) throw new Error(`there is a key named ${name}`)
    return key
  }
  const key = await issueKey('everything', SCOPES)
  const send = async (path: string, request: RequestInit = {}) => {
    const answer = await fetch(`${web.url}${path}`, {
      ...request,
      headers: { authorization: `Bearer ${key}`, ...request.headers },
    })
    await expectDescribed({ method: request.method ?? 'GET', path }, answer)
    return answer
  }
  return {
    ...pipeline,
    web,
    key,
    issueKey,
    send,
    get: async (path) => await (await send(path)).json(),
    charge: (raws) =>
      chargeRecords({ ...pipeline.deps, db: pipeline.db, rateBook: createRateBook(pipeline.db) }, raws),
    adjustBy: (id, amount) => {
      const fields = { account: 'acct_a', id, amount: parseUsd(amount), reason: '=goodwill', postedBy: 'kim' }
      return inTransaction(pipeline.db, (tx) => adjust(tx, fields, pipeline.clock.now()))
    },
    post: async (path, body, mediaType = 'application/json') => {
      const answer = await send(path, { method: 'POST', body, headers: { 'content-type': mediaType } })
      return { status: answer.status, body: await answer.json() }
    },
  }
}

function firstBackend(): QueueBackend {
  const [first] = queueBackends()
  if (!first) throw new Error('there is no queue back end')
  return first
}
