import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseUsageRecord } from '../../billing/parse-usage-record.ts'
import { buildRateCard } from '../../billing/rate-card.ts'
import { parseRateCard } from '../../billing/rate-card-csv.ts'
import { rateUsage } from '../../billing/rating.ts'
import { ACCOUNT_WITH_OWN_CARD, DEMO_ACCOUNTS } from '../../sandbox/demo/accounts.ts'
import { type DemoRecord, drawEvent } from '../../sandbox/demo/traffic.ts'
import { standardOnly } from '../support/rate-fixtures.ts'

const NOW = new Date('2026-03-02T12:00:00Z')

describe('demo traffic', () => {
  const records = drawMany(3_000)

  it('consists of usage records as the contract has them', () => {
    expect(records.map((record) => parseUsageRecord(record)).filter((parsed) => 'fault' in parsed)).toEqual(
      [],
    )
  })

  it('has every item, calls both ways, free calls, and every account', () => {
    const seen = (part: (record: DemoRecord) => unknown) => [...new Set(records.map(part))].sort()

    expect(seen(({ item }) => item)).toEqual([
      'incoming_text',
      'outgoing_text',
      'phone_call',
      'phone_number',
      'ring_through_attempt',
    ])
    expect(seen(({ kind }) => kind)).toEqual(['inbound', 'outbound', 'purchase', undefined])
    expect(seen(({ account }) => account)).toEqual(DEMO_ACCOUNTS.map(({ id }) => id).sort())
    expect(records.some(({ durationMs }) => durationMs === 0)).toBe(true)
  })

  it('is priced by the demo cards, but for the calls that nobody may make', () => {
    const standard = cardOf('standard-rates.csv', null)
    const own = cardOf('harbor-realty-rates.csv', ACCOUNT_WITH_OWN_CARD)
    const outcomes = records.map((raw) => {
      const parsed = parseUsageRecord(raw)
      if ('fault' in parsed) return parsed.fault.message
      const isOwn = parsed.record.account === ACCOUNT_WITH_OWN_CARD
      const rated = rateUsage(parsed.record, { ...standardOnly(standard), own: isOwn ? own : null })
      return rated.kind === 'refusal' ? `${rated.code} ${raw.to.slice(0, 5)}` : rated.from
    })

    expect(new Set(outcomes)).toEqual(new Set(['account', 'standard', null, 'destination_blocked +1900']))
  })

  it('reports some texts twice, as a switch may', () => {
    const ids = records.map(({ id }) => id)
    expect(new Set(ids).size).toBeLessThan(ids.length)
  })
})

function drawMany(events: number): DemoRecord[] {
  const random = seededRandom()
  let ids = 0
  const newId = () => `${ids++}`
  return Array.from({ length: events }, () => drawEvent({ random, newId, now: NOW }, DEMO_ACCOUNTS)).flat()
}

/** Numerical Recipes' linear congruential generator: the same draws in every run. */
function seededRandom(): () => number {
  let state = 1
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}

function cardOf(file: string, account: string | null) {
  const bytes = readFileSync(join(import.meta.dirname, '..', '..', 'sandbox', 'demo', file))
  const card = parseRateCard(bytes, { account })
  if ('faults' in card) return expect.unreachable(JSON.stringify(card.faults))
  return buildRateCard(1, card.rates)
}
