import type { HoldKey } from '../billing/hold.ts'
import type { ReachedLimit } from '../billing/hold-limits.ts'
import { prefixCapFor } from '../billing/hold-limits.ts'
import type { HoldAccount } from '../db/hold-accounts.ts'
import type { Hold } from '../db/hold-rows.ts'
import { type HoldsWanted, type LockedHolds, lockHolds } from '../db/holds.ts'
import { type AccountPrefix, readPrefixUsage } from '../db/prefix-usage.ts'
import { serviceWakes } from '../db/service-wakes.ts'
import { concludeTransaction, type Tx } from '../db/transaction.ts'
import { holdWrites } from '../db/write-holds.ts'
import { answerHold } from './answer-hold.ts'
import type { JobContext } from './define-job.ts'
import { HoldBook } from './hold-book.ts'
import type { HoldOutcome, HoldRequest } from './hold-request.ts'
import { noteLimitReached } from './limit-reached.ts'
import { type PriceOf, renewalPrices } from './renew-prices.ts'
import { readReserves } from './renew-reserve.ts'

export type HoldDeps = Pick<JobContext, 'db' | 'log' | 'clock' | 'newId' | 'rateBook'>

export interface DecidedGroup {
  /** In the order of the requests; null where the account does not exist, or its holds are locked by somebody and were skipped. */
  readonly outcomes: readonly (HoldOutcome | null)[]
  /** Accounts whose available credit came to zero or below, or left it. */
  readonly crossed: readonly string[]
}

const DAY_MS = 86_400_000

/**
 * Decides a group of requests in one transaction, one after the other in their order: what their accounts hold is locked,
 * everything is read, decided in memory, and written together with the COMMIT. Dying half-way leaves nothing; deciding again
 * what had been committed gives the same answers.
 */
export async function decideHolds(
  deps: HoldDeps,
  requests: readonly HoldRequest[],
  options: { readonly skipLocked: boolean },
): Promise<DecidedGroup> {
  const wanted = wantedBy(requests)
  const cardsOf = await deps.rateBook.cardsFor(wanted.accounts)
  const priceOf = await renewalPrices(deps.rateBook, wanted.accounts)
  return await concludeTransaction(deps.db, async (tx) => {
    const stored = await lockHolds(tx, wanted, options)
    const locked = new Set(stored.accounts.map(({ id }) => id))
    const mine = requests.filter((request) => locked.has(keyOf(request).account))
    const book = await openBook(tx, { stored, requests: mine, priceOf, now: deps.clock.now() })
    const limits = new Map<string, { account: string; limit: ReachedLimit }>()
    const onLimit = (account: string, limit: ReachedLimit) =>
      limits.set(`${account} ${limit.limit} ${limit.prefix}`, { account, limit })
    const outcomes = requests.map((request) =>
      locked.has(keyOf(request).account) ? answerHold(request, { book, cardsOf, onLimit }) : null,
    )
    for (const reached of limits.values()) await noteLimitReached(tx, deps, reached)
    const crossed = book.crossed()
    const writes = [...holdWrites(book.decided()), ...serviceWakes(crossed, book.now)]
    return { result: { outcomes, crossed }, writes }
  })
}

function wantedBy(requests: readonly HoldRequest[]): HoldsWanted {
  const holds = requests.map(keyOf)
  return {
    accounts: [...new Set(holds.map(({ account }) => account))],
    holds,
    extensions: requests.flatMap((request) => (request.do === 'extend' ? [request.extension] : [])),
  }
}

/** Reads what else the decisions depend on; nothing for most accounts. */
async function openBook(
  tx: Tx,
  {
    stored,
    requests,
    priceOf,
    now,
  }: { stored: LockedHolds; requests: readonly HoldRequest[]; priceOf: PriceOf; now: Date },
): Promise<HoldBook> {
  const { accounts, holds } = stored
  const dayStart = new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS)
  const prefixUsage = await readPrefixUsage(tx, cappedPrefixes({ accounts, requests, holds }), dayStart)
  const reserves = await readReserves(tx, { accounts, priceOf, now })
  return new HoldBook({ ...stored, prefixUsage, reserves, now })
}

function cappedPrefixes({
  accounts,
  requests,
  holds,
}: {
  accounts: readonly HoldAccount[]
  requests: readonly HoldRequest[]
  holds: readonly Hold[]
}): AccountPrefix[] {
  const policies = new Map(accounts.map(({ id, policy }) => [id, policy]))
  const asked = requests.flatMap((request) => {
    if (request.do !== 'ask') return []
    const { account } = request.ask
    const policy = policies.get(account)
    const cap = policy && prefixCapFor(request.ask, policy)
    return cap ? [{ account, prefix: cap.prefix }] : []
  })
  const extended = holds.flatMap(({ ask: { account }, cappedPrefix: prefix }) =>
    prefix === null ? [] : [{ account, prefix }],
  )
  return [...asked, ...extended]
}

/** The hold that a request is about. */
export function keyOf(request: HoldRequest): HoldKey {
  switch (request.do) {
    case 'ask':
      return request.ask
    case 'extend':
      return request.extension.hold
    case 'release':
      return request.hold
  }
}
