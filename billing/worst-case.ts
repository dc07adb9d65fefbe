import { dollars } from './mails/wording.ts'
import { formatUsd, type Micros, micros, ZERO_MICROS } from './money.ts'
import { limitsInForce, type ServicePolicy } from './service-policy.ts'

/** The most that an account can lose by a policy, whoever makes its calls. */
export interface WorstCase {
  /** How far below zero calls and texts that were asked for take the balance, all of them together. */
  readonly overrun: Micros
  /** What they cost at most in one hour of the UTC clock. */
  readonly perHour: Micros
  /** The same of a UTC day. */
  readonly perDay: Micros
  /** All of it in words, for whoever sets the policy. */
  readonly explanation: string
}

/** The worst case for an account of this age in days of 24 hours. */
export function worstCase(policy: ServicePolicy, accountAgeDays: number): WorstCase {
  const { spendPerHour, spendPerDay } = limitsInForce(policy, accountAgeDays)
  const overrun = policy.end === 'finish' ? policy.overdraft : ZERO_MICROS
  const perHour = spendPerHour
  const perDay = smaller(spendPerDay, 24n * spendPerHour)
  return { overrun, perHour, perDay, explanation: explain({ overrun, perHour, perDay }) }
}

function explain({ overrun, perHour, perDay }: Omit<WorstCase, 'explanation'>): string {
  const end =
    overrun === 0n
      ? 'Calls and texts that were granted never take the balance below zero.'
      : `Calls that run when the credit ends take the balance to at most ${shown(overrun)} below zero, all of them together.`
  return [
    end,
    `What was granted costs at most ${shown(perHour)} in an hour of the UTC clock and ${shown(perDay)} in a UTC day.`,
    'A window may be used up at its end and the next one at its beginning: that makes at most',
    `${shown(micros(2n * perHour))} in any 60 minutes and ${shown(smaller(2n * perDay, 25n * perHour))} in any 24 hours.`,
    'On top comes what is charged in any case: usage that nobody asked for or that is reported after its hold expired,',
    'which counts as spent, and what renewals, refunds and disputes take while calls run.',
  ].join(' ')
}

function shown(amount: Micros): string {
  return dollars(formatUsd(amount))
}

function smaller(a: bigint, b: bigint): Micros {
  return micros(a < b ? a : b)
}
