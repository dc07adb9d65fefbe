import { formatUsd } from '../billing/money.ts'
import type { Posting } from '../db/post-entry.ts'
import { EXIT, type Exit, Refused } from './command.ts'

/** Says what became of an entry that a person asked for. Throws Refused when nothing of it is posted. */
export function reportPosting(posting: Posting, { what, account }: { what: string; account: string }): Exit {
  if (posting.outcome === 'unknown_account') throw new Refused(`there is no account ${account}`)
  if (posting.outcome === 'conflict') {
    throw new Refused(
      `ALERT: ${what} was not posted: entry ${posting.seq} of account ${account} has the same source and other ` +
        'content. It is kept in quarantined_entries: find out which of the two is right',
    )
  }
  const { outcome, seq, balanceAfter } = posting
  const balance = `balance after it ${formatUsd(balanceAfter)} USD`
  if (outcome === 'posted') console.log(`posted ${what} as entry ${seq} of account ${account}, ${balance}`)
  else
    console.log(
      `${what} was posted before, as entry ${seq} of account ${account}, ${balance}: nothing was changed`,
    )
  return EXIT.done
}
