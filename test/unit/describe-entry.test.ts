import { expect, test } from 'vitest'
import { ZERO_MICROS } from '../../billing/money.ts'
import type { ChargedUsage, StatementEntry } from '../../db/statement.ts'
import { describeEntry } from '../../web/describe-entry.ts'

const CALL: ChargedUsage = {
  item: 'phone_call',
  kind: 'outbound',
  from: '+12035550100',
  to: '+12035550123',
  durationMs: 60_000,
  segments: null,
  callId: null,
  tags: null,
  rateVersionId: 1,
  rateRow: 1,
}

function entry(fields: Partial<StatementEntry>): StatementEntry {
  return {
    seq: 1n,
    item: fields.usage?.item ?? 'adjustment',
    amount: ZERO_MICROS,
    balanceAfter: ZERO_MICROS,
    source: 'usage/1',
    occurredAt: new Date(0),
    postedAt: new Date(0),
    reason: null,
    usage: null,
    ...fields,
  }
}

test.each<[Partial<ChargedUsage>, string]>([
  [{}, 'Call to +12035550123'],
  [{ kind: 'inbound' }, 'Call from +12035550100 to +12035550123'],
  [{ item: 'outgoing_text', kind: null, segments: 1 }, 'Text to +12035550123, 1 segment'],
  [{ item: 'incoming_text', kind: null, segments: 3 }, 'Text from +12035550100, 3 segments'],
  [{ item: 'ring_through_attempt', kind: null }, 'Ring-Through attempt to +12035550123'],
  [{ item: 'phone_number', kind: 'purchase', from: null }, 'Purchase of number +12035550123'],
  [{ item: 'phone_number', kind: 'renewal', from: null }, 'Renewal of number +12035550123'],
])('a charge for %j is described as %s', (usage, description) => {
  expect(describeEntry(entry({ usage: { ...CALL, ...usage } }))).toBe(description)
})

test.each<[Partial<StatementEntry>, string]>([
  [{ item: 'funds_added', source: 'payment/pi_1' }, 'Funds added'],
  [{ item: 'adjustment', source: 'adjustment/1', reason: 'goodwill' }, 'Adjustment: goodwill'],
  [{ item: 'phone_call', source: 'reversal/7', reason: 'fax line' }, 'Reversal of entry 7: fax line'],
])('an entry of %j is described as %s', (fields, description) => {
  expect(describeEntry(entry(fields))).toBe(description)
})
