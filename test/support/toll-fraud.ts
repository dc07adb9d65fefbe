import { seededRandom } from '../../sandbox/simulate/seeded-random.ts'
import { callAsk, type Holds, setupHolds } from './holds.ts'
import { type Payments, setupPayments } from './payments.ts'
import { callRecord } from './usage.ts'

/** Prefixes that are capped by default, and others that are as expensive. */
export const CAPPED = ['+97912345', '+8821612', '+870773111']
export const UNCAPPED = ['+3712345', '+25261234']

/** Calls at a time. */
const BURST = 12
const QUOTA_SECONDS = 300
/** From one burst to the next. */
const PAUSE_MS = QUOTA_SECONDS * 1_000

interface RunningCall {
  readonly account: string
  readonly requestId: string
  readonly id: string
  readonly to: string
  readonly startedAt: Date
  readonly seconds: number
  readonly endsAt: number
}

/**
 * A night in which somebody else uses the telephony of acct_a: bursts of calls to premium numbers, each extended for as long
 * as it is granted and charged for every second, auto-recharge at work; acct_b makes one call meanwhile, as ever.
 */
export async function setupFraudNight({ seed, targets }: { seed: number; targets: readonly string[] }) {
  const holds = await setupHolds()
  const payments = await setupPayments(Promise.resolve(holds))
  await payments.registerCard()
  return new FraudNight({ holds, payments, targets, random: seededRandom(seed) })
}

class FraudNight {
  readonly holds: Holds
  readonly payments: Payments
  /** How many asks were answered how, by account and outcome. */
  readonly outcomes = new Map<string, number>()
  readonly #targets: readonly string[]
  readonly #random: () => number
  #running: RunningCall[] = []
  #asks = 0

  constructor({
    holds,
    payments,
    targets,
    random,
  }: Pick<FraudNight, 'holds' | 'payments'> & { targets: readonly string[]; random: () => number }) {
    this.holds = holds
    this.payments = payments
    this.#targets = targets
    this.#random = random
  }

  async play(bursts: number): Promise<void> {
    for (let burst = 0; burst < bursts; burst++) {
      await this.#endCalls()
      await this.payments.recharge()
      await Promise.all([
        ...Array.from({ length: BURST }, () => this.#ask('acct_a', this.#target(), QUOTA_SECONDS)),
        this.#ask('acct_b', '+14155550199', 60),
      ])
      this.holds.clock.advance(PAUSE_MS)
    }
  }

  /** Goes on with the calls of acct_a that come to their end, as far as that is granted, and charges the others. */
  async #endCalls(): Promise<void> {
    const nowMs = this.holds.clock.now().getTime()
    const ending = this.#running.filter(({ endsAt }) => endsAt <= nowMs)
    await Promise.all(ending.filter(({ account }) => account === 'acct_a').map((call) => this.#extend(call)))
    const ended = this.#running.filter(({ endsAt }) => endsAt <= nowMs)
    this.#running = this.#running.filter(({ endsAt }) => endsAt > nowMs)
    await this.holds.charge(
      ended.map(({ account, requestId, id, to, startedAt, seconds }) =>
        callRecord({
          id: requestId,
          account,
          to,
          holdId: id,
          occurredAt: startedAt.toISOString(),
          durationMs: seconds * 1_000,
        }),
      ),
    )
  }

  async #ask(account: string, to: string, seconds: number): Promise<void> {
    this.#asks += 1
    const requestId = `ask-${this.#asks}`
    const answer = await this.holds.desk.ask(callAsk({ requestId, account, to, seconds }))
    this.#count(account, answer)
    if (answer.kind === 'granted') this.#run({ account, requestId, id: answer.id, to }, answer.seconds ?? 0)
  }

  async #extend(call: RunningCall): Promise<void> {
    const answer = await this.holds.desk.extend({
      hold: call,
      requestId: `more-${call.seconds}`,
      seconds: QUOTA_SECONDS,
    })
    if (answer.kind !== 'granted') return
    this.#running = this.#running.filter(({ id }) => id !== call.id)
    this.#run(call, answer.seconds ?? 0)
  }

  #run(
    call: Pick<RunningCall, 'account' | 'requestId' | 'id' | 'to'> & Partial<RunningCall>,
    seconds: number,
  ) {
    const startedAt = call.startedAt ?? this.holds.clock.now()
    const endsAt = startedAt.getTime() + seconds * 1_000
    this.#running.push({ ...call, startedAt, seconds, endsAt })
  }

  #count(account: string, answer: { readonly kind: string; readonly reason?: string }): void {
    const outcome = `${account} ${answer.reason ?? answer.kind}`
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1)
  }

  #target(): string {
    const target = this.#targets[Math.floor(this.#random() * this.#targets.length)] ?? ''
    return `${target}${Math.floor(this.#random() * 100)}`
  }
}
