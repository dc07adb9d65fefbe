import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { MailConfig, StripeConfig } from '../../config/outside-config.ts'
import { dataFolder } from '../../sandbox/data-folder.ts'
import { startOutsideServers } from '../../sandbox/outside-servers.ts'
import { sdkFor } from '../fixtures/stripe/stripe-in-test.ts'
import { scratchFolder } from '../support/scratch-folder.ts'

const NOBODY = 'http://127.0.0.1:9'
const STRIPE: StripeConfig = {
  secretKey: 'sk_test_own',
  publishableKey: null,
  apiBase: 'https://api.stripe.com',
  webhookSecrets: ['whsec_own'],
}
const MAIL: MailConfig = {
  apiKey: 'SG.own',
  apiBase: 'https://api.sendgrid.com',
  from: 'billing@example.com',
  webhookPublicKey: 'own',
}

async function newFolder() {
  const scratch = await scratchFolder('outside-servers')
  onTestFinished(() => scratch[Symbol.asyncDispose]())
  const folder = dataFolder(scratch.path)
  await mkdir(folder.path, { recursive: true })
  return folder
}

async function start(
  folder: Awaited<ReturnType<typeof newFolder>>,
  configured: { stripe: StripeConfig | null; mail: MailConfig | null } = { stripe: null, mail: null },
) {
  const outside = await startOutsideServers(folder, configured)
  onTestFinished(() => outside.stop())
  return outside
}

describe('what stands in for the outside', () => {
  it('keeps its customers, and sends at the next start what nobody took', async () => {
    const folder = await newFolder()
    const first = await start(folder)
    first.tell(NOBODY)
    const customer = await sdkFor(first.stripe.apiBase, first.stripe.secretKey).customers.create({})
    await first.stop()

    const received = Promise.withResolvers<string>()
    const web = createServer((request, response) => {
      response.end()
      received.resolve(request.url ?? '')
    })
    web.listen(0, '127.0.0.1')
    onTestFinished(() => void web.close())
    await once(web, 'listening')
    const second = await start(folder)
    second.tell(`http://127.0.0.1:${(web.address() as AddressInfo).port}`)

    expect(await received.promise).toBe('/webhooks/stripe')
    const stripe = sdkFor(second.stripe.apiBase, second.stripe.secretKey)
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ id: customer.id })
  })

  it('leads from the payments to the mails and back', async () => {
    const { stripe, mail } = await start(await newFolder())
    expect(await (await fetch(stripe.apiBase)).text()).toContain(`<a href="${mail.apiBase}">`)
    expect(await (await fetch(mail.apiBase)).text()).toContain(`<a href="${stripe.apiBase}">`)
  })

  it.each([
    { own: 'Stripe', configured: { stripe: STRIPE, mail: null }, started: { stripe: false, mail: true } },
    { own: 'SendGrid', configured: { stripe: null, mail: MAIL }, started: { stripe: true, mail: false } },
    { own: 'neither', configured: { stripe: null, mail: null }, started: { stripe: true, mail: true } },
  ])('starts what is not configured: own is $own', async ({ configured, started }) => {
    const outside = await start(await newFolder(), configured)
    expect({ stripe: outside.fakeStripe !== null, mail: outside.fakeSendGrid !== null }).toEqual(started)
    if (configured.stripe) expect(outside.stripe).toEqual(STRIPE)
    if (configured.mail) expect(outside.mail).toEqual(MAIL)
  })
})
