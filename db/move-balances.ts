import { sql } from 'kysely'
import { LOW_BALANCE_LEVELS } from '../billing/low-balance.ts'
import { ZERO_MICROS } from '../billing/money.ts'
import { heldMicros } from './account-holds.ts'

/** Strictly below, as for the threshold; at zero the service stops. */
const reachedLowLevel = LOW_BALANCE_LEVELS.map((level) => {
  const [before, after] = level === ZERO_MICROS ? ['>', '<='] : ['>=', '<']
  return `or (locked.balance_micros ${before} ${level} and accounts.balance_micros ${after} ${level})`
}).join(' ')

/** What is not held, as it was and as it is. */
const BEFORE = 'locked.balance_micros - locked.held_micros'
const AFTER = 'accounts.balance_micros - locked.held_micros'

const HOUR = "date_trunc('hour', locked.posted_at, 'UTC')"
const DAY = "date_trunc('day', locked.posted_at, 'UTC')"

/** Columns that `locked` must have of an account for `MOVED`, beside its id and `posted_at`. */
export const MOVED_COLUMNS = sql`balance_micros, entry_seq, recharge_threshold_micros, spend_hour, hour_spent_micros,
  day_spent_micros, ${heldMicros(sql.ref('accounts.id'))} as held_micros`

/**
 * The part `moved` of a statement that posts debits: it moves the balances and counters of accounts. It reads `locked`, the
 * accounts as they were, and `numbered`, the debits by account with their number `n` and what is `spent` up to each. Answers
 * with each account's `n`, `spent`, and whether its balance fell below its recharge threshold or reached a low level, or what
 * is not held reached zero.
 */
export const MOVED = sql.raw(`moved as (
      update accounts set balance_micros = locked.balance_micros - totals.spent,
        entry_seq = locked.entry_seq + totals.n, last_posted_at = locked.posted_at,
        hour_spent_micros = totals.spent + case when locked.spend_hour >= ${HOUR} then locked.hour_spent_micros else 0 end,
        day_spent_micros = totals.spent + case when locked.spend_hour >= ${DAY} then locked.day_spent_micros else 0 end,
        spend_hour = ${HOUR}
      from (select account_id, max(n) as n, max(spent) as spent from numbered group by account_id) as totals
        join locked on locked.id = totals.account_id
      where accounts.id = totals.account_id
      returning accounts.id, totals.n, totals.spent,
        (locked.balance_micros >= locked.recharge_threshold_micros
          and accounts.balance_micros < accounts.recharge_threshold_micros) ${reachedLowLevel}
          or (${BEFORE} > 0 and ${AFTER} <= 0) as crossed
    )`)
