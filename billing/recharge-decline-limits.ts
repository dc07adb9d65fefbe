const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

interface DeclineLimit {
  readonly declines: number
  readonly spanMs: number
}

/**
 * Our own limits on declined automatic tries, far below the networks' (Mastercard: 10 in 24 hours and 35 in 30 days;
 * Visa: 20 in 30 days, 15 until May 2025).
 */
const DAY_LIMIT: DeclineLimit = { declines: 1, spanMs: DAY_MS }
const FORTNIGHT_LIMIT: DeclineLimit = { declines: 8, spanMs: 14 * DAY_MS }

/** Two full spans of 14 days and two days more make 18 in 30 days, so the card has a third limit. */
const CARD_LIMITS: readonly DeclineLimit[] = [
  DAY_LIMIT,
  FORTNIGHT_LIMIT,
  { declines: 15, spanMs: 30 * DAY_MS },
]

/**
 * The earliest moment at which an account may be tried after these declined tries of it; null when at once. A try is one
 * top-up, its backup card included. A customer who registers a card has done what we asked for: the wait of a day counts
 * from there. The limit of 14 days holds whatever is registered.
 */
export function accountOpensAt(
  declinedAt: readonly Date[],
  { now, newestCardAt }: { readonly now: Date; readonly newestCardAt: Date | null },
): Date | null {
  const sinceCard = declinedAt.filter((at) => newestCardAt === null || at > newestCardAt)
  return latest([opensAt(sinceCard, [DAY_LIMIT], now), opensAt(declinedAt, [FORTNIGHT_LIMIT], now)])
}

/** The earliest moment at which a card may be tried after these declines of its fingerprint in any account; null when
 *  at once. */
export function cardOpensAt(declinedAt: readonly Date[], now: Date): Date | null {
  return opensAt(declinedAt, CARD_LIMITS, now)
}

function opensAt(declinedAt: readonly Date[], limits: readonly DeclineLimit[], now: Date): Date | null {
  const times = declinedAt.map((at) => at.getTime()).sort((a, b) => a - b)
  const openings = limits.map(({ declines, spanMs }) => {
    const inside = times.filter((timeMs) => timeMs > now.getTime() - spanMs)
    const leaving = inside[inside.length - declines]
    return leaving === undefined ? null : new Date(leaving + spanMs)
  })
  return latest(openings)
}

function latest(moments: readonly (Date | null)[]): Date | null {
  const timesMs = moments.flatMap((moment) => (moment ? [moment.getTime()] : []))
  return timesMs.length === 0 ? null : new Date(Math.max(...timesMs))
}
