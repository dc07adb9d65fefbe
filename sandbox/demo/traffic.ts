import type { UsageItem, UsageKind } from '../../billing/usage-record.ts'
import type { NewId } from '../../config/clock.ts'
import type { DemoAccount } from './accounts.ts'

/** A usage record as a telephony stack sends it (CONTRACTS: usage record). */
export interface DemoRecord {
  readonly id: string
  readonly account: string
  readonly item: UsageItem
  readonly kind?: UsageKind
  readonly from: string
  readonly to: string
  readonly occurredAt: string
  readonly durationMs?: number
  readonly segments?: number
  readonly callId?: string
  readonly tags?: Readonly<Record<string, string>>
}

/** What an event is drawn from; `random` answers from 0 to below 1. */
export interface Draw {
  readonly random: () => number
  readonly newId: NewId
  readonly now: Date
}

/** Something that just ended on the phones of one of the accounts, as the usage records that report it. */
export function drawEvent(draw: Draw, accounts: readonly DemoAccount[]): DemoRecord[] {
  const account = pickByShare(draw, accounts)
  return pickByShare(draw, EVENTS).report(draw, account)
}

interface EventKind {
  readonly share: number
  report(draw: Draw, account: DemoAccount): DemoRecord[]
}

const EVENTS: readonly EventKind[] = [
  { share: 330, report: (draw, account) => [outgoingCall(draw, account, customerNumber(draw))] },
  { share: 200, report: incomingCall },
  { share: 260, report: (draw, account) => [outgoingText(draw, account)] },
  { share: 160, report: (draw, account) => [incomingText(draw, account)] },
  { share: 4, report: (draw, account) => [numberPurchase(draw, account)] },
  // What goes wrong in life: a switch that reports twice, and a destination that no one may call.
  { share: 20, report: (draw, account) => twice(outgoingText(draw, account)) },
  { share: 10, report: (draw, account) => [outgoingCall(draw, account, `+1900555${digits(draw, 4)}`)] },
]

function outgoingCall(draw: Draw, account: DemoAccount, to: string): DemoRecord {
  const durationMs = draw.random() < 0.3 ? 0 : talkMs(draw)
  return {
    ...base(draw, account, durationMs),
    item: 'phone_call',
    kind: 'outbound',
    from: account.number,
    to,
    durationMs,
    tags: { agent: pick(draw, AGENTS), campaign: pick(draw, CAMPAIGNS) },
  }
}

/** A caller is offered to one agent after the other; each attempt is reported, and then the call. */
function incomingCall(draw: Draw, account: DemoAccount): DemoRecord[] {
  const caller = customerNumber(draw)
  const durationMs = draw.random() < 0.2 ? 0 : talkMs(draw)
  const call: DemoRecord = {
    ...base(draw, account, durationMs),
    item: 'phone_call',
    kind: 'inbound',
    from: caller,
    to: account.number,
    durationMs,
  }
  const attempts = Array.from({ length: wholeFrom(draw, 0, 3) }, (): DemoRecord => {
    const attempt = base(draw, account, durationMs)
    return { ...attempt, item: 'ring_through_attempt', from: caller, to: account.number, callId: call.id }
  })
  return [...attempts, call]
}

function outgoingText(draw: Draw, account: DemoAccount): DemoRecord {
  const to = draw.random() < 0.05 ? SHORT_CODE : customerNumber(draw)
  const segments = wholeFrom(draw, 1, 3)
  return { ...base(draw, account), item: 'outgoing_text', from: account.number, to, segments }
}

function incomingText(draw: Draw, account: DemoAccount): DemoRecord {
  const from = customerNumber(draw)
  return { ...base(draw, account), item: 'incoming_text', from, to: account.number, segments: 1 }
}

function numberPurchase(draw: Draw, account: DemoAccount): DemoRecord {
  const bought = {
    item: 'phone_number',
    kind: 'purchase',
    from: account.number,
    to: northAmerican(draw),
  } as const
  return { ...base(draw, account), ...bought }
}

function twice(record: DemoRecord): DemoRecord[] {
  return [record, record]
}

/** A call is reported when it ends and occurred when it began. */
function base({ newId, now }: Draw, account: DemoAccount, durationMs = 0) {
  const occurredAt = new Date(now.getTime() - durationMs).toISOString()
  return { id: `demo-${newId()}`, account: account.id, occurredAt }
}

const AGENTS = ['ada', 'bruno', 'carmen', 'dev'] as const
const CAMPAIGNS = ['spring', 'renewals', 'callbacks'] as const
const AREAS = ['212', '312', '415', '512', '602', '787'] as const
const SHORT_CODE = '72345'
const TALK_MS_MEAN = 150_000
const TALK_MS_MAX = 45 * 60_000

/** Mostly in North America, some in the United Kingdom. */
function customerNumber(draw: Draw): string {
  if (draw.random() < 0.85) return northAmerican(draw)
  return draw.random() < 0.5 ? `+447700900${digits(draw, 3)}` : `+442079460${digits(draw, 3)}`
}

function northAmerican(draw: Draw): string {
  return `+1${pick(draw, AREAS)}55501${digits(draw, 2)}`
}

/** Most talks are short and a few are long. */
function talkMs({ random }: Draw): number {
  return Math.min(1_000 + Math.floor(-Math.log(1 - random()) * TALK_MS_MEAN), TALK_MS_MAX)
}

function digits(draw: Draw, count: number): string {
  return String(wholeFrom(draw, 0, 10 ** count - 1)).padStart(count, '0')
}

function wholeFrom({ random }: Draw, min: number, max: number): number {
  return min + Math.floor(random() * (max - min + 1))
}

function pick<const T>(draw: Draw, choices: readonly [T, ...T[]]): T {
  return choices[wholeFrom(draw, 0, choices.length - 1)] ?? choices[0]
}

function pickByShare<T extends { readonly share: number }>({ random }: Draw, choices: readonly T[]): T {
  let left = random() * choices.reduce((sum, { share }) => sum + share, 0)
  for (const choice of choices) {
    left -= choice.share
    if (left < 0) return choice
  }
  throw new RangeError('there is nothing to pick from')
}
