import { CALL_SECONDS_MAX, type HoldAsk, type HoldExtension, type HoldKey } from '../billing/hold.ts'
import { decideExtension, decideHold, type HoldDecision, type RunningCall } from '../billing/hold-decision.ts'
import { prefixCapFor, type ReachedLimit } from '../billing/hold-limits.ts'
import { holdTimes } from '../billing/hold-times.ts'
import { ZERO_MICROS } from '../billing/money.ts'
import { findRates, type RateCards, type RateMatch, type Refusal } from '../billing/rating.ts'
import type { AnsweredExtension, Hold } from '../db/hold-rows.ts'
import type { HoldBook } from './hold-book.ts'
import { grantedHold, type HoldOutcome, type HoldRequest } from './hold-request.ts'

export interface Answering {
  readonly book: HoldBook
  readonly cardsOf: (account: string) => RateCards
  /** Hears of a limit that was reached. */
  readonly onLimit: (account: string, limit: ReachedLimit) => void
}

/** Answers one request about an account that is in the book, and notes in the book what follows. */
export function answerHold(request: HoldRequest, answering: Answering): HoldOutcome {
  switch (request.do) {
    case 'ask':
      return answerAsk(request.ask, answering)
    case 'extend':
      return answerExtension(request.extension, answering)
    case 'release':
      return answerRelease(request.hold, answering.book)
  }
}

function answerAsk(ask: HoldAsk, { book, cardsOf, onLimit }: Answering): HoldOutcome {
  const earlier = book.hold(ask)
  if (earlier) return isSameAsk(earlier.ask, ask) ? firstAnswer(earlier) : { kind: 'conflict' }
  const startedAt = book.now
  const rates = ratesOf(ask, startedAt, cardsOf)
  const cappedPrefix = prefixCapFor(ask, book.policyOf(ask.account))?.prefix ?? null
  const facts = book.factsFor(ask, cappedPrefix)
  const decision = decideHold(ask, { rates, startedAt, facts })
  if (decision.kind === 'refuse' && decision.limit) onLimit(ask.account, decision.limit)
  const hold = newHold(ask, { decision, rates, startedAt, cappedPrefix })
  book.put(hold)
  return firstAnswer(hold)
}

function ratesOf(
  ask: HoldAsk,
  startedAt: Date,
  cardsOf: (account: string) => RateCards,
): RateMatch | Refusal {
  return findRates({ ...ask, occurredAtMs: startedAt.getTime() }, cardsOf(ask.account))
}

function isSameAsk(a: HoldAsk, b: HoldAsk): boolean {
  return (
    a.item === b.item &&
    a.kind === b.kind &&
    a.from === b.from &&
    a.to === b.to &&
    a.seconds === b.seconds &&
    a.segments === b.segments
  )
}

/** The answer to an ask is that of its first time, whatever has become of the hold. */
function firstAnswer({ ask, reason, first, startedAt }: Hold): HoldOutcome {
  if (reason !== null) return { kind: 'refused', reason }
  return grantedHold(ask, { grant: first, startedAt, answeredAt: startedAt })
}

function newHold(
  ask: HoldAsk,
  {
    decision,
    rates,
    startedAt,
    cappedPrefix,
  }: {
    decision: HoldDecision
    rates: RateMatch | Refusal
    startedAt: Date
    cappedPrefix: string | null
  },
): Hold {
  const asked = { ask, startedAt, cappedPrefix }
  if (decision.kind === 'refuse') {
    const nothing = { seconds: null, amount: ZERO_MICROS, warnAt: null }
    const ended = {
      state: 'refused',
      reason: decision.reason,
      expiresAt: startedAt,
      endedAt: startedAt,
    } as const
    return { ...asked, ...ended, first: nothing, granted: nothing, rate: null }
  }
  const { seconds, amount, warnAt } = decision
  return {
    ...asked,
    state: 'open',
    reason: null,
    expiresAt: holdTimes({ startedAt, seconds }).expiresAt,
    endedAt: null,
    first: { seconds, amount, warnAt },
    granted: { seconds, amount },
    rate: rates.kind === 'match' ? { versionId: rates.card.versionId, row: rates.set[0].row } : null,
  }
}

function answerExtension(extension: HoldExtension, answering: Answering): HoldOutcome {
  const { book } = answering
  const hold = book.hold(extension.hold)
  if (!hold || hold.state === 'refused') return { kind: 'unknown_hold' }
  const earlier = book.extension(extension)
  if (earlier) {
    const isSame = earlier.extension.seconds === extension.seconds
    return isSame ? extensionAnswer(earlier, hold) : { kind: 'conflict' }
  }
  if (hold.state !== 'open') return { kind: 'ended', state: hold.state }
  if (hold.expiresAt <= book.now) return { kind: 'ended', state: 'expired' }
  const { seconds, amount: held } = hold.granted
  if (seconds === null) return { kind: 'not_a_call' }
  if (seconds >= CALL_SECONDS_MAX) return { kind: 'too_long' }
  const answered = extend(hold, {
    call: { ask: hold.ask, startedAt: hold.startedAt, seconds, held },
    extension,
    answering,
  })
  book.answer(answered)
  return extensionAnswer(answered, hold)
}

function extend(
  hold: Hold,
  {
    call,
    extension,
    answering: { book, cardsOf, onLimit },
  }: {
    call: RunningCall
    extension: HoldExtension
    answering: Answering
  },
): AnsweredExtension {
  const { ask, startedAt, cappedPrefix } = hold
  const decision = decideExtension(call, {
    rates: ratesOf(ask, startedAt, cardsOf),
    seconds: extension.seconds,
    facts: book.factsFor(ask, cappedPrefix),
  })
  const answered = { extension, answeredAt: book.now }
  if (decision.kind === 'refuse') {
    if (decision.limit) onLimit(ask.account, decision.limit)
    return { ...answered, grant: null, reason: decision.reason }
  }
  const { seconds, amount, warnAt } = decision
  book.put({ ...hold, granted: { seconds, amount }, expiresAt: holdTimes({ startedAt, seconds }).expiresAt })
  return { ...answered, grant: { seconds, amount, warnAt }, reason: null }
}

function extensionAnswer({ grant, reason, answeredAt }: AnsweredExtension, hold: Hold): HoldOutcome {
  if (grant) return grantedHold(hold.ask, { grant, startedAt: hold.startedAt, answeredAt })
  return { kind: 'refused', reason: reason ?? 'insufficient_funds' }
}

/** Releasing what has ended changes nothing. */
function answerRelease(key: HoldKey, book: HoldBook): HoldOutcome {
  const hold = book.hold(key)
  if (!hold || hold.state === 'refused') return { kind: 'unknown_hold' }
  if (hold.state === 'open') book.put({ ...hold, state: 'released', endedAt: book.now })
  return { kind: 'released' }
}
