import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../config/clock.ts'
import { startFakeStripe } from '../../sandbox/fake-stripe/start-fake-stripe.ts'
import { expectSoundLedger, startDemo } from '../support/local-process.ts'
import { sandboxCustomer } from '../support/sandbox-customer.ts'
import { scratchFolder } from '../support/scratch-folder.ts'

const PUBLISHABLE_KEY = 'pk_test_sandbox'

async function startSandbox(env: NodeJS.ProcessEnv = {}) {
  const folder = await scratchFolder('sandbox-story')
  onTestFinished(() => folder[Symbol.asyncDispose]())
  return await startDemo(join(folder.path, 'data'), { args: ['--no-traffic'], env })
}

describe('the sandbox', { timeout: 180_000 }, () => {
  it('keeps the credit filled; a declined card is told, and a new one puts it right', async () => {
    const demo = await startSandbox()
    const { ready } = demo
    const customer = sandboxCustomer(ready, 'sunrise-solar')
    await customer.untilBalance('10.500000')

    await customer.talk(1)
    await customer.untilBalance('69.360000')
    await customer.untilMail('Receipt: $60.00 of credit added')

    const card = await customer.call<{ id: string }>('/card')
    await fetch(`${ready.stripeUrl}/stories/behave`, {
      method: 'POST',
      body: new URLSearchParams({ id: card.id, behaviour: 'declines:insufficient_funds' }),
    })
    await customer.talk(53)
    await customer.untilBalance('8.940000')
    const failed = await customer.untilMail('Your automatic recharge of $60.00 failed')
    const [link = ''] = /http:[\w.:/-]+\/fix\/[\w-]+/.exec(await textOf(failed.url)) ?? []
    expect(await textOf(link)).toContain('There was not enough money on the card.')
    expect(await customer.call('/topups?limit=1')).toMatchObject({
      topups: [{ status: 'failed', reason: 'insufficient_funds' }],
    })

    await customer.registerCard('5555555555554444', PUBLISHABLE_KEY)
    await customer.untilBalance('68.940000')
    await customer.untilMail('Your automatic recharge works again')
    expect(await customer.call('/card')).toMatchObject({ brand: 'mastercard', last4: '4444' })
    expect((await customer.mails()).map(({ subject }) => subject).sort()).toEqual([
      'Receipt: $60.00 of credit added',
      'Receipt: $60.00 of credit added',
      'Your automatic recharge of $60.00 failed',
      'Your automatic recharge works again',
    ])

    await expectSoundLedger(ready.ownerDatabaseUrl)
    demo.process.kill('SIGTERM')
    expect(await demo.ended).toMatchObject({ exit: 0 })
  })

  it('charges by whatever server speaks as Stripe does', async () => {
    const elsewhere = await startFakeStripe({
      port: 0,
      secretKeys: ['sk_test_elsewhere'],
      publishableKeys: ['pk_test_elsewhere'],
      webhook: null,
      clock: systemClock,
    })
    onTestFinished(() => elsewhere.stop())
    const demo = await startSandbox({
      STRIPE_SECRET_KEY: 'sk_test_elsewhere',
      STRIPE_WEBHOOK_SECRET: 'whsec_elsewhere',
      STRIPE_API_BASE: elsewhere.url,
    })
    const { ready } = demo
    expect(ready.stripeUrl).toBe(elsewhere.url)
    elsewhere.webhooks.endpoint = { url: `${ready.url}/webhooks/stripe`, secret: 'whsec_elsewhere' }
    const customer = sandboxCustomer(ready, 'southern-cross-travel')

    await customer.registerCard('4242424242424242', 'pk_test_elsewhere')
    const emails = ['billing@southern-cross-travel.example']
    const settings = { enabled: true, amount: '60', threshold: '10', emails }
    await customer.call('/recharge-settings', { method: 'PUT', body: settings })
    await customer.talk(1)

    await customer.untilBalance('69.860000')
    await customer.untilMail('Receipt: $60.00 of credit added')
    const whose = { metadata: { ringledger_account: 'southern-cross-travel' } }
    expect(elsewhere.ledger.captured(whose)).toBe(6_000)
    await elsewhere.webhooks.settled()
    expect(elsewhere.webhooks.deliveries.map(({ status }) => status)).not.toContain(400)
    await expectSoundLedger(ready.ownerDatabaseUrl)
  })
})

async function textOf(url: string): Promise<string> {
  const answer = await fetch(url)
  expect(answer.status).toBe(200)
  return await answer.text()
}
