import { describe, expect, test } from 'vitest'
import { callRecord } from '../support/usage.ts'
import { setupWeb, type Web } from '../support/web.ts'

const HEADER =
  'id,item,kind,amount,balanceAfter,occurredAt,postedAt,source,description,from,to,callId,steps,tags\r\n'

async function csvOf({ send }: Web, query = '') {
  const answer = await send(`/v1/accounts/acct_a/entries${query}`, { headers: { accept: 'text/csv' } })
  return { answer, text: await answer.text() }
}

const calls = (count: number) => Array.from({ length: count }, (_, n) => callRecord({ id: `call-${n}` }))

/** The first cell of each line but the header. */
const idsOf = (text: string) =>
  text
    .trimEnd()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(',')[0])

describe('Accept: text/csv answers a file', () => {
  test('with a header line and a line for each entry, safe for spreadsheets', async () => {
    const web = await setupWeb()
    await web.charge([callRecord({ callId: '@in,7', from: '=desk' })])
    await web.adjustBy('a1', '25')

    const { answer, text } = await csvOf(web)
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="acct_a-entries.csv"')
    expect(text).toBe(
      `${HEADER}2,adjustment,,25.000000,24.370000,2026-03-02T12:00:00.000Z,2026-03-02T12:00:00.000Z,adjustment/a1,` +
        'Adjustment: =goodwill,,,,,{}\r\n' +
        '1,phone_call,outbound,-0.630000,-0.630000,2026-03-02T11:00:00.000Z,2026-03-02T12:00:00.000Z,usage/call-1,' +
        `Call to +14155550199,'=desk,'+14155550199,"'@in,7",call of 63 s billed as 63 s; ` +
        '63 s billed at 0.010000 per 1 s = 0.630000; rounded half_even to 6 places: 0.630000,{}\r\n',
    )
  })

  test('with every entry that matches, across pages', async () => {
    const web = await setupWeb()
    await web.charge(calls(2_345))
    const { text } = await csvOf(web, '?show=debits')
    expect(idsOf(text)).toEqual(Array.from({ length: 2_345 }, (_, n) => String(2_345 - n)))
  })

  test('with the header line alone where nothing matches', async () => {
    expect((await csvOf(await setupWeb(), '?show=credits')).text).toBe(HEADER)
  })

  test('with no more than the limit, from the cursor on', async () => {
    const web = await setupWeb()
    await web.charge(calls(5))
    const { next } = await web.get('/v1/accounts/acct_a/entries?limit=1')
    const { text } = await csvOf(web, `?limit=2&cursor=${next}`)
    expect(idsOf(text)).toEqual(['4', '3'])
  })

  test('and a problem for an unknown account', async () => {
    const { send } = await setupWeb()
    const answer = await send('/v1/accounts/nobody/entries', { headers: { accept: 'text/csv' } })
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
  })

  test('when it is preferred to JSON', async () => {
    const { send } = await setupWeb()
    for (const [accept, mediaType] of [
      ['text/csv', 'text/csv'],
      ['TEXT/CSV; charset=utf-8', 'text/csv'],
      ['application/json;q=0.5, text/csv', 'text/csv'],
      ['application/json, text/csv', 'application/json'],
      ['text/csv;q=0', 'application/json'],
      ['*/*', 'application/json'],
    ] as const) {
      const answer = await send('/v1/accounts/acct_a/entries', { headers: { accept } })
      expect(answer.headers.get('content-type'), accept).toContain(mediaType)
      expect(answer.headers.get('vary')).toBe('accept')
    }
  })
})
