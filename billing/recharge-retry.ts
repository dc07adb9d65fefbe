import type { DeclineVerdict } from './decline.ts'
import type { DeclineClass } from './decline-codes.ts'
import type { PauseReason } from './decline-reason.ts'

export type DeclineFollowUp =
  | { readonly do: 'try_again'; readonly at: Date }
  | { readonly do: 'pause'; readonly reason: PauseReason }
  | { readonly do: 'switch_off'; readonly reason: PauseReason }

const DAY_MS = 86_400_000

/** The waits after the first decline in a row, the second, … After one more the account pauses. */
const WAITS_MS = [DAY_MS, 2 * DAY_MS, 3 * DAY_MS, 4 * DAY_MS]

/**
 * What follows a declined automatic top-up; `declinesInRow` counts this one. Tries again after 1, 2, 3 and 4 days, or
 * when the network allows it if that is later; pauses after the fifth, and at once where the same request cannot pass;
 * switches off when consent was revoked. The reasons may be shown. Before a duplicate comes here, the earlier success
 * must have been looked for.
 */
export function afterDecline({
  verdict,
  declinesInRow,
  now,
}: {
  readonly verdict: DeclineVerdict
  readonly declinesInRow: number
  readonly now: Date
}): DeclineFollowUp {
  if (verdict.class === 'revoked') return { do: 'switch_off', reason: verdict.reason }
  if (verdict.stopsCard) return { do: 'pause', reason: 'card_declined' }
  const mayPassLater = verdict.class === 'retry_later' || verdict.class === 'duplicate'
  if (!mayPassLater) return { do: 'pause', reason: verdict.reason }
  const waitMs = WAITS_MS[declinesInRow - 1]
  if (waitMs === undefined) return { do: 'pause', reason: 'declined' }
  return { do: 'try_again', at: new Date(now.getTime() + Math.max(waitMs, verdict.waitMs ?? 0)) }
}

/** `ask` and `stop` stand side by side, and the default card before the backup: which of the two it was never shows. */
const STRICTNESS: Readonly<Record<DeclineClass, number>> = {
  revoked: 5,
  authenticate: 4,
  ask: 3,
  stop: 3,
  duplicate: 2,
  retry_later: 1,
}

/** The verdict that speaks for a top-up of which several cards were declined: the strictest; of equals the one with the
 *  longest wait, else the first. */
export function verdictOfTry(verdicts: readonly [DeclineVerdict, ...DeclineVerdict[]]): DeclineVerdict {
  return verdicts.reduce((a, b) => (isStricter(b, a) ? b : a))
}

function isStricter(a: DeclineVerdict, b: DeclineVerdict): boolean {
  const difference = STRICTNESS[a.class] - STRICTNESS[b.class]
  return difference === 0 ? (a.waitMs ?? 0) > (b.waitMs ?? 0) : difference > 0
}
