import { describe, expect, it } from 'vitest'
import { filterOf, NO_FILTER } from '../../web/page/activity/filter-choice.ts'

const AT = { now: new Date('2026-11-23T12:00:00Z'), timeZone: 'UTC' }

describe('what is searched for in the activity', () => {
  it.each([
    ['+442079460958', { number: '+442079460958', callId: null }],
    ['+44 20 7946-0958', { number: '+442079460958', callId: null }],
    ['(212) 555-0199', { number: '+2125550199', callId: null }],
    ['0044 20 7946 0958', { number: '+442079460958', callId: null }],
    ['72345', { number: '72345', callId: null }],
    ['call-17', { number: null, callId: 'call-17' }],
    ['  ', { number: null, callId: null }],
  ])('"%s" is a number, or else the id of a call', (search, found) => {
    expect(filterOf({ ...NO_FILTER, search }, AT)).toMatchObject(found)
  })

  it('an item that was not chosen narrows nothing', () => {
    expect(filterOf(NO_FILTER, AT)).toMatchObject({ item: null, show: 'all' })
    expect(filterOf({ ...NO_FILTER, item: 'refund' }, AT)).toMatchObject({ item: 'refund' })
  })
})
