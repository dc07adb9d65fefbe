import { describe, expect, it } from 'vitest'
import { parseFreeswitchCdr } from '../../billing/cdr/freeswitch.ts'

const UUID = '01df56f4-d99a-4ef6-b7fe-b924b2415b7f'
const FIRST_LEG = '8f7c860f-0619-4d3c-9515-cc23b0fa3997'

const VARIABLES = {
  uuid: UUID,
  direction: 'inbound',
  start_stamp: '2026-03-31%2017%3A05%3A09',
  start_epoch: '1774991109',
  start_uepoch: '1774991109385581',
  answer_epoch: '1774991117',
  billsec: '84',
  billmsec: '84120',
  sip_from_user: '1001',
  sip_req_user: '%2B12035550123',
}

interface Numbers {
  readonly from?: string
  readonly to?: string
}

function profile({ from = '1001', to = '12035550123' }: Numbers = {}) {
  return { caller_id_number: from, destination_number: to, uuid: UUID }
}

function originatedBy(numbers: Numbers) {
  return { originator: { originator_caller_profiles: [{ ...profile(numbers), uuid: FIRST_LEG }] } }
}

function cdr(callerProfile: object, variables: object = {}) {
  return {
    'core-uuid': '844715f9-d8a1-44d6-a4bf-358bec5e10b8',
    channel_data: { state: 'CS_REPORTING', direction: 'inbound' },
    variables: { ...VARIABLES, ...variables },
    callflow: [{ profile_index: '1', caller_profile: callerProfile }],
  }
}

function parse(document: unknown) {
  return parseFreeswitchCdr(document, { account: 'acme', country: 'US' })
}

describe('a document of mod_json_cdr', () => {
  it('becomes a usage record', () => {
    expect(parse(cdr(profile()))).toEqual({
      record: {
        id: UUID,
        account: 'acme',
        item: 'phone_call',
        kind: 'outbound',
        from: '1001',
        to: '+12035550123',
        occurredAt: '2026-03-31T21:05:09.385Z',
        durationMs: 84_120,
      },
    })
  })

  it.each([
    ['billsec where it has no billmsec', { billmsec: undefined, billsec: '7' }, { durationMs: 7000 }],
    ['nothing when nobody answered', { billmsec: '0', billsec: '0' }, { durationMs: 0 }],
    [
      'start_epoch where it has no start_uepoch',
      { start_uepoch: '' },
      { occurredAt: '2026-03-31T21:05:09.000Z' },
    ],
    ['numbers as well as text', { billmsec: 1500 }, { durationMs: 1500 }],
  ])('is read by %s', (_, variables, expected) => {
    expect(parse(cdr(profile(), variables))).toMatchObject({ record: expected })
  })

  it('is read by its URL-encoded variables where it has no caller profile', () => {
    expect(parse({ variables: VARIABLES })).toMatchObject({ record: { from: '1001', to: '+12035550123' } })
  })

  it('goes by the number that was dialled, not by those it was transferred to', () => {
    const callflow = [
      { profile_index: '2', caller_profile: profile({ from: '+14155550101', to: '1002' }) },
      { profile_index: '1', caller_profile: profile({ from: '+14155550101', to: '+12035550100' }) },
    ]
    const expected = { record: { kind: 'inbound', to: '+12035550100' } }
    expect(parse({ ...cdr({}), callflow })).toMatchObject(expected)
    expect(parse({ ...cdr({}), callflow: callflow[1] })).toMatchObject(expected)
  })

  it.each([
    ['inbound', '+14155550101', '+12035550100', 'inbound'],
    ['outbound', '+12035550100', '+14155550101', 'outbound'],
    ['inbound', '1001', '+14155550101', 'outbound'],
    ['outbound', '+14155550101', '211553', 'outbound'],
  ])('of an %s leg from %s to %s is %s', (direction, from, to, kind) => {
    expect(parse(cdr(profile({ from, to }), { direction }))).toMatchObject({ record: { kind } })
  })
})

describe('a leg that another leg originated', () => {
  it.each([
    [
      'takes the call to the carrier',
      { from: '+12035550100', to: '+14155550101' },
      { from: '1001', to: '+14155550101' },
    ],
    [
      'rings an extension',
      { from: '+14155550101', to: '1001' },
      { from: '+14155550101', to: '+12035550100' },
    ],
  ])('is skipped when it %s', (_, leg, first) => {
    const second = cdr({ ...profile(leg), ...originatedBy(first) }, { direction: 'outbound' })
    expect(parse(second)).toEqual({ skip: 'second leg of a call' })
  })

  it.each([
    [
      'forwards the call',
      { from: '+14155550101', to: '+13035550177' },
      { from: '+14155550101', to: '+12035550100' },
    ],
    [
      'is the far side of click to call',
      { from: '1001', to: '+13035550177' },
      { from: '0000000000', to: '1001' },
    ],
  ])('is a call of its own when it %s', (_, leg, first) => {
    const second = cdr({ ...profile(leg), ...originatedBy(first) }, { direction: 'outbound' })
    expect(parse(second)).toMatchObject({
      record: { kind: 'outbound', to: '+13035550177', callId: FIRST_LEG },
    })
  })
})

describe('a document that cannot be charged', () => {
  it.each([
    ['no object', 7, 'row'],
    ['no uuid', cdr(profile(), { uuid: '' }), 'uuid'],
    ['no start', cdr(profile(), { start_epoch: '0', start_uepoch: '0' }), 'start_epoch'],
    ['no time charged', cdr(profile(), { billsec: '', billmsec: '' }), 'billsec'],
    ['a negative time', cdr(profile(), { billmsec: '-20' }), 'billmsec'],
    ['a variable that is no text', cdr(profile(), { uuid: [UUID] }), 'uuid'],
    ['a national number of another country', cdr(profile({ to: '4915112345678' })), 'destination_number'],
  ])('names its fault: %s', (_, document, field) => {
    expect(parse(document)).toMatchObject({ fault: { field } })
  })
})
