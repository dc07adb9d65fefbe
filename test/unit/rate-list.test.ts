import { describe, expect, test } from 'vitest'
import { countryOfPrefix } from '../../billing/calling-country.ts'
import { picos } from '../../billing/picos.ts'
import type { Rate } from '../../billing/rate.ts'
import { buildRateCard } from '../../billing/rate-card.ts'
import { listRates, type RateKey } from '../../billing/rate-list.ts'
import { rateSearch } from '../../billing/rate-search.ts'
import { flatRate } from '../support/usage.ts'

const NOW_MS = Date.parse('2026-03-02T12:00:00Z')
const DAY_MS = 86_400_000

type Row = Partial<Rate>

const card = (versionId: number, rows: readonly Row[]) =>
  buildRateCard(
    versionId,
    rows.map((row, index) => flatRate({ row: index + 1, item: 'phone_call', rate: picos(1n), ...row })),
  )

/** The rates of two cards as `<from> <item> <prefix> <kind>`. */
function list(
  { own, standard }: { own?: readonly Row[]; standard?: readonly Row[] },
  { after = null, matches = () => true }: { after?: RateKey | null; matches?: (rate: Rate) => boolean } = {},
): string[] {
  const cards = {
    own: own ? card(2, own) : null,
    standard: standard ? card(1, standard) : null,
    emergencyNumbers: new Set<string>(),
  }
  return Array.from(listRates(cards, { atMs: NOW_MS, after, matches }), ({ from, set: [rate], next }) =>
    [from, rate.prefix || '-', rate.kind ?? '', rate.blocked ? 'blocked' : '', next ? 'then' : '']
      .filter((part) => part !== '')
      .join(' '),
  )
}

describe("the list of an account's rates", () => {
  test.each<[string, Parameters<typeof list>[0], string[]]>([
    ['no cards', {}, []],
    ['a standard card', { standard: [{ prefix: '44' }, { prefix: '' }] }, ['standard -', 'standard 44']],
    [
      'an own rate beside longer and shorter ones of the standard card',
      {
        own: [{ prefix: '44' }],
        standard: [{ prefix: '' }, { prefix: '4' }, { prefix: '44' }, { prefix: '4420' }],
      },
      ['standard -', 'standard 4', 'account 44'],
    ],
    [
      'an own rate for everything',
      { own: [{}], standard: [{ prefix: '1' }, { prefix: '44' }] },
      ['account -'],
    ],
    [
      'a longer block of the standard card',
      { own: [{}], standard: [{ prefix: '1900', blocked: true }, { prefix: '1' }] },
      ['account -', 'standard 1900 blocked'],
    ],
    [
      'an own rate for what the standard card blocks',
      { own: [{ prefix: '1900' }], standard: [{ prefix: '1900', blocked: true }, { prefix: '' }] },
      ['standard -', 'account 1900'],
    ],
    [
      'an own block',
      { own: [{ prefix: '44', blocked: true }], standard: [{ prefix: '4420' }] },
      ['account 44 blocked'],
    ],
    [
      'a rate of one kind beside one of any',
      { standard: [{ prefix: '1', kind: 'inbound' }, { prefix: '1' }] },
      ['standard 1', 'standard 1 inbound'],
    ],
    [
      'rates of both kinds beside one of any',
      { standard: [{ prefix: '1', kind: 'inbound' }, { prefix: '1', kind: 'outbound' }, { prefix: '1' }] },
      ['standard 1 inbound', 'standard 1 outbound'],
    ],
    [
      'an own rate of one kind: the other kind is the standard card’s',
      { own: [{ prefix: '', kind: 'inbound' }], standard: [{ prefix: '44' }] },
      ['account - inbound', 'standard 44'],
    ],
    [
      'short codes',
      { standard: [{ prefix: 'short:' }, { prefix: 'short:911' }] },
      ['standard short:', 'standard short:911'],
    ],
    [
      'a set that ended, one that takes the place of another, and one to come',
      {
        standard: [
          { prefix: '1', effectiveToMs: NOW_MS },
          { prefix: '2' },
          { prefix: '2', effectiveFromMs: NOW_MS + DAY_MS },
          { prefix: '3', effectiveFromMs: NOW_MS + 1 },
          { prefix: '4', effectiveFromMs: NOW_MS },
        ],
      },
      ['standard 2 then', 'standard 4'],
    ],
  ])('with %s', (_name, cards, expected) => {
    expect(list(cards)).toEqual(expected)
  })

  test('goes on behind any of its rates', () => {
    const cards = {
      own: [{ prefix: '44' }, { prefix: '1' }, { item: 'outgoing_text' as const }],
      standard: [{ prefix: '' }, { prefix: '33' }, { item: 'incoming_text' as const }],
    }
    const all = list(cards)
    expect(all).toEqual(['standard -', 'account -', 'standard -', 'account 1', 'standard 33', 'account 44'])
    expect(list(cards, { after: { item: 'phone_call', prefix: '1', kind: null } })).toEqual([
      'standard 33',
      'account 44',
    ])
    expect(list(cards, { after: { item: 'phone_call', prefix: '44', kind: null } })).toEqual([])
    expect(list(cards, { after: { item: 'incoming_text', prefix: '', kind: null } })).toHaveLength(5)
  })
})

describe('a search for rates', () => {
  test.each([
    ['44', ['44', '4420', '447']],
    ['+4420', ['44', '4420']],
    ['442071838750', ['44', '4420']],
    ['gb', ['44', '4420', '447']],
    ['united k', ['44', '4420', '447']],
    ['United States', ['1212']],
    ['CA', ['1204']],
    ['canada', ['1204']],
    ['MOBILE', ['447', '49']],
    ['911', ['short:911']],
    ['atlantis', []],
  ])('for %j finds its prefixes', (text, found) => {
    const rates: Row[] = [
      { prefix: '' },
      { prefix: '1' },
      { prefix: '1204' },
      { prefix: '1212' },
      { prefix: '44' },
      { prefix: '4420' },
      { prefix: '447', description: 'UK Mobile' },
      { prefix: '49', description: 'mobile and fixed' },
      { prefix: 'short:911' },
    ]
    const matches = rateSearch(text)
    const fit = rates.filter((rate) => matches(flatRate({ row: 1, item: 'phone_call', ...rate })))
    expect(fit.map(({ prefix }) => prefix)).toEqual(found)
  })
})

test.each([
  ['', null],
  ['1', null],
  ['121', null],
  ['1212', 'United States'],
  ['12125550123', 'United States'],
  ['1204', 'Canada'],
  ['1876', 'Jamaica'],
  ['44', 'United Kingdom'],
  ['442071838750', 'United Kingdom'],
  ['4', null],
  ['353', 'Ireland'],
  ['7', 'Russia'],
  ['999', null],
  ['short:911', null],
])('prefix %j is of %j', (prefix, name) => {
  expect(countryOfPrefix(prefix)?.name ?? null).toBe(name)
})
