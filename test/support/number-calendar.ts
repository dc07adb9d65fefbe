import fc from 'fast-check'
import { type Micros, micros, parseUsd, subtractMicros, ZERO_MICROS } from '../../billing/money.ts'
import { changeNumber, type NumberState } from '../../billing/number-lifecycle.ts'
import type { RenewalAnchor } from '../../billing/renewal-calendar.ts'
import {
  decideRenewal,
  type RenewalDecision,
  type RenewalFacts,
  type RenewalSettings,
} from '../../billing/renewal-decision.ts'
import type { RenewalNotice } from '../../billing/renewal-notice.ts'

const PRICE = parseUsd('1.15')
export const DAY_MS = 86_400_000

/** A run or a payment, some time after the one before: a long one is an outage. */
export interface Turn {
  readonly waitMs: number
  readonly deposit: Micros
  readonly isNightly: boolean
  readonly recharge: 'pending' | 'unavailable' | 'declined' | 'paid'
}

export const turns: fc.Arbitrary<Turn[]> = fc.array(
  fc.record({
    waitMs: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 1, max: 2 * DAY_MS }) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 70 * DAY_MS }) },
    ),
    deposit: fc.constantFrom(ZERO_MICROS, ZERO_MICROS, ZERO_MICROS, PRICE, micros(1_725_000n)),
    isNightly: fc.boolean(),
    recharge: fc.constantFrom('pending', 'unavailable', 'unavailable', 'declined', 'paid'),
  }),
  { minLength: 20, maxLength: 120 },
)

export const settings: fc.Arbitrary<RenewalSettings> = fc.oneof(
  fc.constant({ graceDays: 7, suspendedDays: 30, noticeDays: 3 }),
  fc.record({ graceDays: fc.nat(50), suspendedDays: fc.nat(60), noticeDays: fc.nat(5) }),
)

/** What the database would hold of one number, and what happened to it. */
export interface NumberWorld {
  readonly anchor: RenewalAnchor
  readonly settings: RenewalSettings
  now: Date
  available: Micros
  state: NumberState
  stateSince: Date
  lastChargedIndex: number
  noticedAt: Partial<Record<RenewalNotice, Date>>
  readonly charges: { index: number; at: Date }[]
  readonly states: { state: NumberState; since: Date }[]
  /** How long before each suspension and release its notice was given. */
  readonly warnings: { step: 'suspend' | 'release'; warningMs: number }[]
  /** How often a notice was given in one spell without payment. */
  repeatedNotices: number
}

/** A number's life from its purchase on, as the decisions make it. */
export function play(anchor: RenewalAnchor, rules: RenewalSettings, story: readonly Turn[]): NumberWorld {
  const world: NumberWorld = {
    anchor,
    settings: rules,
    now: anchor.at,
    available: ZERO_MICROS,
    state: 'active',
    stateSince: anchor.at,
    lastChargedIndex: 0,
    noticedAt: {},
    charges: [{ index: 0, at: anchor.at }],
    states: [{ state: 'active', since: anchor.at }],
    warnings: [],
    repeatedNotices: 0,
  }
  for (const turn of story) takeTurn(world, turn)
  return world
}

export function takeTurn(world: NumberWorld, turn: Turn): void {
  world.now = new Date(world.now.getTime() + turn.waitMs)
  world.available = micros(world.available + turn.deposit)
  const midnight = new Date(Math.floor(world.now.getTime() / DAY_MS) * DAY_MS)
  const dueBefore = turn.isNightly ? midnight : world.now
  const isOpen = turn.recharge === 'pending' || turn.recharge === 'unavailable'
  let recharge: RenewalFacts['recharge'] = isOpen ? turn.recharge : 'ready'
  for (let decisions = 0; decisions < 100; decisions++) {
    const done = decideOnce(world, { dueBefore, recharge })
    if (done === 'recharge_first' && recharge === 'ready') {
      if (turn.recharge === 'paid') world.available = micros(world.available + 2n * PRICE)
      recharge = 'unavailable'
    } else if (done !== 'charge') return
  }
  throw new Error('the decisions of one moment do not end')
}

function decideOnce(
  world: NumberWorld,
  asked: Pick<RenewalFacts, 'dueBefore' | 'recharge'>,
): RenewalDecision['do'] {
  const { decision, notices } = decideRenewal({ ...world, ...asked, price: PRICE, accountClosed: false })
  for (const notice of notices) giveNotice(world, notice)
  if (decision.do === 'charge') charge(world, decision)
  if (decision.do === 'suspend') noteWarning(world, 'suspend', 'notice_suspension')
  if (decision.do === 'release') noteWarning(world, 'release', 'notice_release')
  if (decision.do === 'enter_grace' || decision.do === 'suspend' || decision.do === 'release') {
    change(world, decision.do)
  }
  return decision.do
}

function giveNotice(world: NumberWorld, notice: RenewalNotice): void {
  if (world.noticedAt[notice]) world.repeatedNotices++
  world.noticedAt[notice] = world.now
}

function charge(
  world: NumberWorld,
  { period, amount, becomes }: Extract<RenewalDecision, { do: 'charge' }>,
): void {
  world.charges.push({ index: period.index, at: world.now })
  world.available = subtractMicros(world.available, amount)
  world.lastChargedIndex = period.index
  if (becomes === 'active') {
    world.noticedAt = {}
    if (world.state !== 'active') change(world, 'come_back')
  } else if (becomes !== world.state) throw new Error(`a charge makes the number ${becomes}`)
}

function noteWarning(world: NumberWorld, step: 'suspend' | 'release', notice: RenewalNotice): void {
  const noticedAt = world.noticedAt[notice]
  const warningMs = noticedAt ? world.now.getTime() - noticedAt.getTime() : Number.NEGATIVE_INFINITY
  world.warnings.push({ step, warningMs })
}

function change(world: NumberWorld, event: Parameters<typeof changeNumber>[0]): void {
  const result = changeNumber(event, { state: world.state, renewalDue: false })
  if (result.do === 'refuse') throw new Error(`${event}: ${result.message}`)
  world.state = result.to
  world.stateSince = world.now
  world.states.push({ state: result.to, since: world.now })
}
