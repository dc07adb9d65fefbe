import { describe, expect, test } from 'vitest'
import { hashByHand, runStatements } from '../support/statements.ts'
import { callRecord } from '../support/usage.ts'
import { setupWeb, type Web } from '../support/web.ts'

const STATEMENTS = '/v1/accounts/acct_a/statements'
const MARCH = `${STATEMENTS}/2026-03`

/** March of acct_a is over: two calls and a credit are on its statement. */
async function setupMarch(): Promise<Web> {
  const web = await setupWeb()
  await web.adjustBy('a1', '25')
  await web.charge([callRecord({ id: 'call-1', callId: 'in,7' }), callRecord({ id: 'call-2' })])
  await runStatements(web, '2026-04-02T00:15:00Z')
  await web.adjustBy('a2', '5')
  return web
}

const fetchAs = async ({ send }: Web, accept: string, path = MARCH) =>
  await send(path, { headers: { accept } })

describe('GET …/statements', () => {
  test('lists the months that are over, the newest first', async () => {
    const web = await setupMarch()
    await runStatements(web, '2026-05-02T00:15:00Z')
    const { statements } = await web.get(STATEMENTS)
    expect(statements).toMatchObject([
      { month: '2026-04', openingBalance: '23.740000', closingBalance: '28.740000', entries: 1 },
      { month: '2026-03', openingBalance: '0.000000', closingBalance: '23.740000', entries: 3 },
    ])
  })

  test('is empty before the first month is over', async () => {
    expect(await (await setupWeb()).get(STATEMENTS)).toEqual({ statements: [] })
  })

  test('needs the scope read, and an account that exists', async () => {
    const { send, issueKey } = await setupWeb()
    const authorization = `Bearer ${await issueKey('usage only', ['usage'])}`
    expect((await send(STATEMENTS, { headers: { authorization } })).status).toBe(403)
    const unknown = await send('/v1/accounts/nobody/statements')
    expect(await unknown.json()).toMatchObject({ status: 404, type: '/problems/unknown-account' })
  })
})

describe('GET …/statements/{month}', () => {
  test('answers with the statement', async () => {
    const web = await setupMarch()
    expect(await web.get(MARCH)).toEqual({
      account: 'acct_a',
      month: '2026-03',
      timeZone: 'America/New_York',
      from: '2026-03-01T05:00:00.000Z',
      to: '2026-04-01T04:00:00.000Z',
      currency: 'USD',
      openingBalance: '0.000000',
      closingBalance: '23.740000',
      totals: [
        { item: 'adjustment', count: 1, amount: '25.000000' },
        { item: 'phone_call', count: 2, amount: '-1.260000' },
      ],
      entries: 3,
      firstEntry: '1',
      lastEntry: '3',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      madeAt: '2026-04-02T00:15:00.000Z',
    })
  })

  test('answers text/csv with the entries oldest first, between the balances', async () => {
    const web = await setupMarch()
    const answer = await fetchAs(web, 'text/csv')
    const { sha256 } = await web.get(MARCH)
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="acct_a-2026-03.csv"')
    expect(answer.headers.get('vary')).toBe('accept')
    const lines = (await answer.text()).split('\r\n')
    expect(lines[0]).toMatch(/^id,item,kind,amount,balanceAfter,occurredAt,postedAt,source,description,/)
    expect(lines[1]).toBe(
      ',opening_balance,,,0.000000,2026-03-01T05:00:00.000Z,2026-03-01T05:00:00.000Z,statement/2026-03,' +
        'acct_a 2026-03 America/New_York,,,,,',
    )
    expect(lines.slice(2, 5).map((line) => line.slice(0, 20))).toEqual([
      '1,adjustment,,25.000',
      '2,phone_call,outboun',
      '3,phone_call,outboun',
    ])
    expect(lines[5]).toBe(
      ',closing_balance,,,23.740000,2026-04-01T04:00:00.000Z,2026-04-01T04:00:00.000Z,' +
        `sha256/${sha256},3 entries,,,,,`,
    )
    expect(lines.slice(6)).toEqual([''])
  })

  test('has a hash that its file repeats by hand', async () => {
    const web = await setupMarch()
    const csv = await (await fetchAs(web, 'text/csv')).text()
    const { sha256 } = await web.get(MARCH)
    expect(hashByHand('ringledger statement v1,acct_a,2026-03,America/New_York,0.000000', csv)).toBe(sha256)
  })

  test('writes a file of more entries than are read at once, each once', async () => {
    const web = await setupWeb()
    await web.charge(Array.from({ length: 2_345 }, (_, n) => callRecord({ id: `call-${n}` })))
    await runStatements(web, '2026-04-02T00:15:00Z')
    const csv = await (await fetchAs(web, 'text/csv')).text()
    const ids = csv.trimEnd().split('\r\n').slice(2, -1)
    expect(ids.map((line) => line.split(',')[0])).toEqual(
      Array.from({ length: 2_345 }, (_, n) => String(n + 1)),
    )
  })

  test('answers application/pdf with a document, the same bytes each time', async () => {
    const web = await setupMarch()
    const answer = await fetchAs(web, 'application/pdf')
    expect(answer.headers.get('content-type')).toBe('application/pdf')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="acct_a-2026-03.pdf"')
    const pdf = Buffer.from(await answer.arrayBuffer())
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    expect(pdf.toString('latin1')).toMatch(/\/MediaBox \[0 0 595\.28 841\.89\]/)
    expect(pdf.toString('latin1').trimEnd()).toMatch(/%%EOF$/)
    const again = Buffer.from(await (await fetchAs(web, 'application/pdf')).arrayBuffer())
    expect(again.equals(pdf)).toBe(true)
  })

  test.each([
    ['application/json, text/csv', 'application/json'],
    ['text/csv;q=0.5, application/pdf', 'application/pdf'],
    ['application/json;q=0.5, text/csv;q=0.8, application/pdf;q=0.7', 'text/csv'],
    ['*/*', 'application/json'],
  ])('for Accept: %s answers %s', async (accept, mediaType) => {
    const web = await setupMarch()
    expect((await fetchAs(web, accept)).headers.get('content-type')).toContain(mediaType)
  })

  test.each(['2026-04', '2026-13', 'march', '2026-3'])(
    'is a problem for %s, which has none',
    async (month) => {
      const { send } = await setupMarch()
      const answer = await send(`${STATEMENTS}/${month}`, { headers: { accept: 'text/csv' } })
      expect(await answer.json()).toMatchObject({ status: 404, type: '/problems/unknown-statement' })
    },
  )
})
