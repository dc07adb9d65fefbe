import { describe, expect, it } from 'vitest'
import { runwaySentence } from '../../billing/runway-sentence.ts'

const NOW = new Date('2026-12-08T03:00:00Z')
const sentence = (fields: { lastsDays?: number | null; isUsedUp?: boolean; rechargeAt?: string }) =>
  runwaySentence({
    now: NOW,
    timeZone: 'America/New_York',
    isUsedUp: fields.isUsedUp ?? false,
    lastsDays: fields.lastsDays === undefined ? 9 : fields.lastsDays,
    rechargeAt: fields.rechargeAt === undefined ? null : new Date(fields.rechargeAt),
  })

describe('the runway in words', () => {
  it.each([
    [{ lastsDays: 9 }, 'lasts about 9 days'],
    [{ lastsDays: 1 }, 'lasts about a day'],
    [{ lastsDays: 0 }, 'lasts less than a day'],
    [{ lastsDays: null }, 'lasts longer than a year'],
    [{ lastsDays: 0, isUsedUp: true }, 'is used up'],
    [{ rechargeAt: '2026-12-08T04:59:00Z' }, 'lasts about 9 days; next recharge today'],
    [{ rechargeAt: '2026-12-08T05:01:00Z' }, 'lasts about 9 days; next recharge tomorrow'],
    [{ rechargeAt: '2026-12-13T12:00:00Z' }, 'lasts about 9 days; next recharge around Sunday'],
    [{ rechargeAt: '2026-12-14T12:00:00Z' }, 'lasts about 9 days; next recharge around December 14'],
  ])('%j: %s', (fields, words) => {
    expect(sentence(fields)).toBe(words)
  })
})
