import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { createFixLink } from '../../db/fix-links.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { CardBehaviour } from '../../sandbox/fake-stripe/test-cards.ts'
import { balanceOf } from '../support/ledger.ts'
import { usd } from '../support/payments.ts'
import { cardFields, confirmInBrowser, setupWebPayments, type WebPayments } from '../support/payments-web.ts'
import { setupWeb, type Web } from '../support/web.ts'

const TOKEN = 'T'.repeat(43)

const link = ({ db, clock }: Pick<Web, 'db' | 'clock'>, topup: string | null = null) =>
  inTransaction(db, (tx) => createFixLink(tx, { token: TOKEN, account: 'acct_a', topup }, clock.now()))

async function open({ web }: Pick<Web, 'web'>, fields?: Record<string, string>, token = TOKEN) {
  const request = fields && { method: 'POST', body: new URLSearchParams(fields) }
  const answer = await fetch(`${web.url}/fix/${token}`, request)
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

/** A value that the page hands to its script. */
function dataOf(text: string, name: string): string {
  const value = new RegExp(` data-${name}="([^"]+)"`).exec(text)?.[1]
  if (value === undefined) throw new Error(`the page has no data-${name}`)
  return value
}

async function failedRecharge(web: WebPayments, behaviour?: CardBehaviour) {
  const card = await web.payments.registerCard(behaviour ? 'pm_card_visa' : 'pm_card_declined_expired_card')
  if (behaviour) await web.stripe.stories.behave(card, behaviour)
  const topup = await web.payments.recharge()
  await link(web, topup)
  return topup
}

describe('the page behind the link of a mail', () => {
  test('says in plain words what failed and what to do, and uses nothing up', async () => {
    const web = await setupWebPayments()
    await failedRecharge(web)
    for (let look = 0; look < 3; look++) {
      const { status, text } = await open(web)
      expect(status).toBe(200)
      expect(text).toContain('A recharge of $100.00 from Visa ending in')
      expect(text).toContain('The card has expired.')
      expect(text).toContain('Register a new card')
      expect(text).not.toContain('Confirm this payment')
    }
    expect(web.stripe.state.setupIntents.size).toBe(1)
  })

  test('loads nothing but its own script and style, and goes nowhere else', async () => {
    const web = await setupWebPayments()
    await failedRecharge(web)
    const first = await open(web)
    const fixed =
      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    expect(first.headers.get('content-security-policy')).toBe(fixed)
    expect(first.headers.get('referrer-policy')).toBe('no-referrer')
    expect(first.text).not.toContain('<script')

    const { headers, text } = await open(web, { do: 'register' })
    expect(headers.get('content-security-policy')).toBe(
      `${fixed}; script-src 'self'; connect-src ${web.stripe.url}`,
    )
    expect(text.match(/<script[^>]*>/g)).toEqual(['<script type="module" src="/fix/page.js">'])
    expect(text).not.toMatch(/<style|\son\w+=|javascript:|\sstyle=/)
    for (const [path, mediaType] of [
      ['/fix/page.js', 'text/javascript; charset=utf-8'],
      ['/fix/page.css', 'text/css; charset=utf-8'],
    ] as const) {
      const file = await fetch(web.web.url + path)
      expect([file.status, file.headers.get('content-type')]).toEqual([200, mediaType])
    }
  })

  test('registers a new card, ends the link, and the credit is refilled', async () => {
    const web = await setupWebPayments()
    await web.startPaymentWorker()
    await failedRecharge(web)

    const form = await open(web, { do: 'register' })
    const intent = dataOf(form.text, 'intent')
    expect(await open(web, { do: 'registered', intent })).toMatchObject({ status: 409 })
    await confirmInBrowser(web, intent, { client_secret: dataOf(form.text, 'secret'), ...cardFields() })
    const done = await open(web, { do: 'registered', intent })

    expect(done).toMatchObject({
      status: 200,
      text: expect.stringContaining('Your credit is being refilled.'),
    })
    expect((await open(web)).status).toBe(410)
    expect((await open(web, { do: 'register' })).status).toBe(410)
    await expect.poll(() => balanceOf(web.db), { timeout: 10_000 }).toBe(usd('100'))
  })

  test('has the customer authenticate the payment, ends the link, and adds the credit', async () => {
    const web = await setupWebPayments()
    await failedRecharge(web, { kind: 'asks_to_authenticate' })
    expect((await open(web)).text).toContain('Confirm this payment')

    const form = await open(web, { do: 'authenticate' })
    const intent = dataOf(form.text, 'intent')
    expect((await open(web, { do: 'authenticated', intent })).status).toBe(409)
    const fields = { client_secret: dataOf(form.text, 'secret'), payment_method: dataOf(form.text, 'card') }
    expect(await confirmInBrowser(web, intent, fields)).toMatchObject({ status: 'requires_action' })
    await web.stripe.stories.authenticate(intent, true)
    const done = await open(web, { do: 'authenticated', intent })

    expect(done).toMatchObject({
      status: 200,
      text: expect.stringContaining('Your credit is being refilled.'),
    })
    expect((await open(web)).status).toBe(410)
    expect(await balanceOf(web.db)).toBe(usd('100'))
    expect(JSON.stringify(web.logged.lines)).not.toContain(fields.client_secret)
  })

  test('has its script send a test card to the stand-in for Stripe, and no number to us', async () => {
    const web = await setupWebPayments()
    await failedRecharge(web)
    const { text } = await open(web, { do: 'register' })
    const browser = await runScript(web, text)

    expect(await browser.submit('4000000000000002')).toEqual({
      isPosted: false,
      trouble: 'Your card was declined.',
    })
    expect(await browser.submit('4242424242424242')).toEqual({ isPosted: true, trouble: '' })

    expect(text.match(/<(?:input|select)[^>]* name="\w+"/g)).toEqual([
      '<input type="hidden" name="do"',
      '<input type="hidden" name="intent"',
    ])
    const intent = dataOf(text, 'intent')
    expect((await open(web, { do: 'registered', intent })).text).toContain('Your credit is being refilled.')
  })

  test('puts no card of another account on file', async () => {
    const web = await setupWebPayments()
    await failedRecharge(web)
    const consent = { by: 'pat', textVersion: '1' }
    const { body } = await web.call('POST', '/v1/accounts/acct_b/card/setup', { json: { consent } })
    await confirmInBrowser(web, body.setupIntent, { client_secret: body.clientSecret, ...cardFields() })
    expect((await open(web, { do: 'registered', intent: body.setupIntent })).status).toBe(409)
    expect((await web.call('GET', '/v1/accounts/acct_b/card')).status).toBe(404)
  })

  test('says so when there is nothing to put right any more', async () => {
    const web = await setupWebPayments()
    await link(web)
    expect(await open(web)).toMatchObject({ status: 200, text: expect.stringContaining('all is well') })
  })

  test('asks to come back while Stripe does not answer', async () => {
    const web = await setupWebPayments()
    await failedRecharge(web)
    web.stripe.faults.next('html_502_before', { method: 'POST', path: '/v1/setup_intents' })
    expect(await open(web, { do: 'register' })).toMatchObject({
      status: 503,
      text: expect.stringContaining('Nothing was charged.'),
    })
  })
})

describe('a link', () => {
  test('that is seven days old is over', async () => {
    const web = await setupWebPayments()
    await link(web)
    web.clock.advance(7 * 86_400_000)
    expect(await open(web)).toMatchObject({ status: 410, text: expect.stringContaining('no longer valid') })
  })

  test.each([
    ['unknown', 'U'.repeat(43), 410],
    ['cut off', 'T'.repeat(20), 404],
    ['of other characters', '%3Cscript%3E', 404],
  ])('that is %s leads to a page that says so', async (_what, token, status) => {
    const web = await setupWebPayments()
    for (const fields of [undefined, { do: 'register' }]) {
      const answer = await open(web, fields, token)
      expect(answer.status).toBe(status)
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(answer.text).not.toContain('<script')
    }
  })

  test('where no card can be taken sends to the billing page', async () => {
    const web = await setupWeb()
    await web.db.updateTable('auto_recharges').set({ failing_since: web.clock.now() }).execute()
    await link(web)
    expect((await open(web)).text).toContain('open your billing page')
    expect((await open(web, { do: 'register' })).status).toBe(503)
  })
})

/** Runs the page's script on as much of a document as it looks at. */
async function runScript({ web }: Pick<Web, 'web'>, page: string) {
  const source = await (await fetch(`${web.url}/fix/page.js`)).text()
  const trouble = { textContent: '' }
  const select = { value: '' }
  let isPosted = false
  let onSubmit: (event: { preventDefault(): void }) => Promise<void> = () => Promise.resolve()
  const form = {
    dataset: {
      ...{ secret: dataOf(page, 'secret'), intent: dataOf(page, 'intent'), action: dataOf(page, 'action') },
      ...{ publishableKey: dataOf(page, 'publishable-key'), origin: dataOf(page, 'origin') },
    },
    querySelector: (selector: string) => (selector === 'select' ? select : {}),
    addEventListener: (_event: 'submit', listener: typeof onSubmit) => {
      onSubmit = listener
    },
    submit: () => {
      isPosted = true
    },
  }
  const document = { querySelector: (selector: string) => (selector === '#trouble' ? trouble : form) }
  runInNewContext(source, { document, fetch, URLSearchParams })
  return {
    submit: async (number: string) => {
      select.value = number
      await onSubmit({ preventDefault: () => undefined })
      return { isPosted, trouble: trouble.textContent }
    },
  }
}
