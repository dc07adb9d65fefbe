import { storeCheckpoints } from '../../db/checkpoints.ts'
import { type ProvedAccount, proveEntries } from '../../db/prove-entries.ts'
import { checkRatingsOfEntries } from '../../db/rerate-check.ts'
import type { Tx } from '../../db/transaction.ts'

const ENTRIES_PER_ACCOUNT = 2_000
const RATING_RULE = 'every charge comes out the same when it is rated again'

/** The first rule that an account breaks, and the entry that shows it. */
export interface BrokenAccount {
  readonly account: string
  readonly rule: string
  /** Null where no one entry is to blame. */
  readonly seq: bigint | null
  /** As the account has it. */
  readonly balance: bigint
}

/**
 * Proves the next entries of each account and moves its checkpoint to the last of them that holds. `unread` are the
 * accounts with more entries to prove; a broken account has none.
 */
export async function proveNext(
  tx: Tx,
  accounts: readonly string[],
  now: Date,
): Promise<{ broken: BrokenAccount[]; unread: string[] }> {
  const proved = await proveEntries(tx, { accounts, entriesMax: ENTRIES_PER_ACCOUNT })
  const judged = await judgeRatings(tx, proved)
  await storeCheckpoints(
    tx,
    judged.map(({ account, goodSeq, goodBalance }) => ({ account, seq: goodSeq, balance: goodBalance })),
    now,
  )
  return {
    broken: judged.flatMap(({ account, rule, brokenSeq, balance }) =>
      rule === null ? [] : [{ account, rule, seq: brokenSeq, balance }],
    ),
    unread: judged
      .filter(({ rule, goodSeq, entrySeq }) => rule === null && goodSeq !== entrySeq)
      .map(({ account }) => account),
  }
}

/** Has the next proof of these accounts begin with their first entry. */
export async function forgetProof(tx: Tx, accounts: readonly string[], now: Date): Promise<void> {
  await storeCheckpoints(
    tx,
    accounts.map((account) => ({ account, seq: 0n, balance: 0n })),
    now,
  )
}

/** What was good ends before the first charge that comes out otherwise when it is rated again. */
async function judgeRatings(tx: Tx, proved: readonly ProvedAccount[]): Promise<ProvedAccount[]> {
  const ranges = proved
    .filter(({ fromSeq, goodSeq }) => goodSeq > fromSeq)
    .map(({ account, fromSeq, goodSeq }) => ({ account, after: fromSeq, upto: goodSeq }))
  if (ranges.length === 0) return [...proved]
  const differing = new Map(
    (await checkRatingsOfEntries(tx, ranges)).map((charge) => [charge.account, charge]),
  )
  return proved.map((one) => {
    const charge = differing.get(one.account)
    if (!charge) return one
    const goodSeq = charge.seq - 1n
    return { ...one, goodSeq, goodBalance: charge.balanceBefore, rule: RATING_RULE, brokenSeq: charge.seq }
  })
}
