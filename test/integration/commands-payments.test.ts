import { describe, expect, it } from 'vitest'
import { noteFinding } from '../../db/findings.ts'
import { closePaymentGate, pausePayments, readPaymentGate } from '../../db/payment-gate.ts'
import { payNow } from '../../jobs/pay-now.ts'
import { balanceOf, entriesOf } from '../support/ledger.ts'
import { type Payments, STRIPE_KEY, STRIPE_WEBHOOK_SECRET, setupPayments, usd } from '../support/payments.ts'
import { runCommand } from '../support/run-command.ts'

const COMMANDS = ['reconcile', 'refund', 'promote', 'payments'] as const

const env = ({ database, stripe }: Payments) => ({
  DATABASE_URL: database.url,
  STRIPE_SECRET_KEY: STRIPE_KEY,
  STRIPE_WEBHOOK_SECRET,
  STRIPE_API_BASE: stripe.url,
})

async function paid(payments: Payments, amount = '25') {
  await payments.registerCard()
  const wanted = { account: 'acct_a', amount: usd(amount), idempotencyKey: 'k', requestedBy: 'pat' }
  const result = await payNow(payments.deps, wanted)
  if (result.kind !== 'topup' || result.topup.paymentId === null) throw new Error('nothing was paid')
  return { topup: result.topup.id, payment: result.topup.paymentId }
}

describe.each(COMMANDS)('%s', (command) => {
  it('explains itself, and refuses what it does not know', async () => {
    const help = await runCommand([command, '--help'])
    expect(help).toMatchObject({ exit: 0, stderr: '' })
    expect(help.stdout).toContain(`npm run -s ${command}`)
    expect(help.stdout).toContain('Exit codes:')
    expect(await runCommand([command, '--nonsense'])).toMatchObject({
      exit: 2,
      stdout: '',
      stderr: expect.stringContaining(`Try: npm run -s ${command} -- --help`),
    })
  })
})

it.each([
  ['reconcile'],
  ['refund', '--account', 'acct_a', '--payment', 'pi_1', '--reason', 'r', '--by', 'ann'],
] as const)('%s says that Stripe is not configured', async (...call) => {
  const { database } = await setupPayments()
  expect(await runCommand(call, { DATABASE_URL: database.url })).toEqual({
    exit: 1,
    stdout: '',
    stderr: 'Stripe is not configured: set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET first\n',
  })
})

describe('reconcile', () => {
  it('closes every gap that lost webhooks left, and finds none the second time', async () => {
    const payments = await setupPayments()
    payments.clock.set(new Date().toISOString())
    const { payment } = await paid(payments)
    await payments.stripe.stories.refund(payment, 1_000)
    const run = () => runCommand(['reconcile'], env(payments))

    const first = await run()

    expect(first).toMatchObject({ exit: 0, stderr: expect.stringContaining('compared payments') })
    expect(first.stdout).toMatch(
      /^since \S+\n +seen +gaps closed +not ours\npayments +1 +0 +0\nrefunds +1 +1 +0\n/,
    )
    expect(await balanceOf(payments.db)).toBe(usd('15'))
    const second = await run()
    expect(second.stdout).toMatch(/payments +1 +0 +0\nrefunds +1 +0 +0\ndisputes +0 +0 +0\n/)
    expect(await balanceOf(payments.db)).toBe(usd('15'))
  })

  it('says so when Stripe does not answer', async () => {
    const payments = await setupPayments()
    payments.stripe.faults.next('html_502_before', { method: 'GET', path: '/v1/payment_intents' })
    const { exit, stderr } = await runCommand(['reconcile'], env(payments))
    expect(exit).toBe(1)
    expect(stderr).toContain('Stripe gave no definite answer')
  })
})

describe('refund', () => {
  const refund = (payments: Payments, ...args: string[]) =>
    runCommand(
      ['refund', '--account', 'acct_a', '--reason', 'sold twice', '--by', 'ann', ...args],
      env(payments),
    )

  it('gives a part back once, with its reason and its name', async () => {
    const payments = await setupPayments()
    const { payment } = await paid(payments)

    const first = await refund(payments, '--payment', payment, '--amount', '10')
    const again = await refund(payments, '--payment', payment, '--amount', '10.00')

    expect(first).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(/^refund re_\w+ of 10\.000000 USD of payment pi_/),
    })
    expect(again).toEqual(first)
    expect(await balanceOf(payments.db)).toBe(usd('15'))
    expect(await payments.db.selectFrom('entry_notes').selectAll().execute()).toEqual([
      { account_id: 'acct_a', seq: 2n, reason: 'sold twice', posted_by: 'ann' },
    ])
  })

  it('gives all that is left back when no amount is given, by the id of the top-up', async () => {
    const payments = await setupPayments()
    const { topup, payment } = await paid(payments)
    await payments.stripe.stories.refund(payment, 1_000)
    await payments.deliverEvents()

    expect((await refund(payments, '--topup', topup)).exit).toBe(0)

    expect(await balanceOf(payments.db)).toBe(0n)
    expect((await entriesOf(payments.db)).map(({ item }) => item)).toEqual([
      'funds_added',
      'refund',
      'refund',
    ])
  })

  it('says why Stripe refuses', async () => {
    const payments = await setupPayments()
    const { payment } = await paid(payments)
    expect(await refund(payments, '--payment', payment, '--amount', '26')).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('Stripe refuses the refund: '),
    })
    expect(await balanceOf(payments.db)).toBe(usd('25'))
  })

  it('that got no answer is the same one when it is run again', async () => {
    const payments = await setupPayments()
    const { payment } = await paid(payments)
    payments.stripe.faults.next('html_502_after', { method: 'POST', path: '/v1/refunds' })
    expect(await refund(payments, '--payment', payment, '--amount', '5')).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('run the same again, which refunds once'),
    })
    expect((await refund(payments, '--payment', payment, '--amount', '5')).exit).toBe(0)
    expect(await balanceOf(payments.db)).toBe(usd('20'))
  })

  it("refuses another account's payment, one that did not come in, and one that is unknown", async () => {
    const payments = await setupPayments()
    const { payment, topup } = await paid(payments)
    const other = ['refund', '--account', 'acct_b', '--reason', 'r', '--by', 'ann'] as const
    for (const args of [
      ['--payment', payment],
      ['--topup', topup],
      ['--payment', 'pi_unknown'],
    ]) {
      expect(await runCommand([...other, ...args], env(payments))).toMatchObject({
        exit: 1,
        stderr: 'account acct_b has no such payment\n',
      })
    }
    const card = await payments.registerCard()
    await payments.stripe.stories.behave(card, {
      kind: 'declines',
      decline: { declineCode: 'generic_decline' },
    })
    const wanted = { account: 'acct_a', amount: usd('30'), idempotencyKey: 'k2', requestedBy: 'pat' }
    const failed = await payNow(payments.deps, wanted)
    if (failed.kind !== 'topup') throw new Error('nothing was opened')
    expect((await refund(payments, '--topup', failed.topup.id)).stderr).toContain(
      'is failed: only money that came in',
    )
  })

  it.each([
    [['--amount', '5'], 'give either --payment or --topup'],
    [['--payment', 'pi_1', '--topup', 'x'], 'give either --payment or --topup'],
    [['--topup', 'x'], '--topup must be the id of a top-up'],
    [['--payment', 'pi_1', '--amount', '1.001'], '--amount must be whole cents, such as 12.50'],
    [['--payment', 'pi_1', '--amount', '-5'], '--amount must be a decimal in USD above zero'],
  ])('refuses %j', async (args, says) => {
    const call = ['refund', '--account', 'acct_a', '--reason', 'r', '--by', 'ann', ...args] as const
    const { exit, stderr } = await runCommand(call, {})
    expect(exit).toBe(2)
    expect(stderr).toContain(says)
  })
})

describe('promote', () => {
  it('gives credit once, with its reason and its name', async () => {
    const payments = await setupPayments()
    const call = ['--account', 'acct_a', '--id', 'spring', '--reason', 'welcome', '--by', 'ann'] as const
    const promote = (amount: string) => runCommand(['promote', ...call, '--amount', amount], env(payments))

    expect((await promote('5')).stdout).toBe(
      'posted promotion/spring of 5.000000 USD as entry 1 of account acct_a, balance after it 5.000000 USD\n',
    )
    expect((await promote('5.00')).stdout).toContain('was posted before')
    expect(await promote('6')).toMatchObject({ exit: 1, stderr: expect.stringContaining('ALERT') })
    expect(await promote('0')).toMatchObject({ exit: 2, stderr: expect.stringContaining('above zero') })
    expect(await balanceOf(payments.db)).toBe(usd('5'))
  })
})

describe('payments', () => {
  const run = (payments: Payments, ...args: string[]) => runCommand(['payments', ...args], env(payments))

  it('says that all is well', async () => {
    expect(await run(await setupPayments())).toEqual({
      exit: 0,
      stdout: 'payments go to Stripe\ntop-ups with an unknown outcome: 0\n',
      stderr: '',
    })
  })

  it('shows a pause and what is unknown, and ends the pause', async () => {
    const payments = await setupPayments()
    await payments.registerCard()
    payments.stripe.faults.next('drop_answer', { method: 'POST', path: /\/confirm$/, times: 2 })
    await payNow(payments.deps, {
      account: 'acct_a',
      amount: usd('25'),
      idempotencyKey: 'k',
      requestedBy: 'pat',
    })
    const now = payments.clock.now()
    await pausePayments(payments.db, 'Stripe refuses our key: 401', now)
    const finding = {
      kind: 'payments_paused',
      subject: 'stripe',
      severity: 'critical',
      evidence: {},
      account: null,
    } as const
    await noteFinding(payments.db, finding, { id: crypto.randomUUID(), now })

    const { stdout } = await run(payments)
    expect(stdout).toContain(
      'payments are paused since 2026-03-02T12:00:00.000Z: Stripe refuses our key: 401\n',
    )
    expect(stdout).toMatch(
      /top-ups with an unknown outcome: 1\n {2}\S+ of account acct_a: 25\.000000 USD of /,
    )

    expect((await run(payments, '--resume')).stdout).toContain('payments go to Stripe\n')
    expect(await readPaymentGate(payments.db)).toMatchObject({ pausedReason: null, failures: 0 })
    const open = payments.db.selectFrom('findings').select('kind').where('closed_at', 'is', null)
    expect(await open.execute()).toEqual([])
    await payments.deliverEvents()
  })

  it('shows until when payments wait for Stripe', async () => {
    const payments = await setupPayments()
    await closePaymentGate(payments.db, new Date('2999-01-01T00:00:00Z'))
    expect((await run(payments)).stdout).toContain(
      'payments wait until 2999-01-01T00:00:00.000Z: Stripe gave no answer',
    )
  })
})
