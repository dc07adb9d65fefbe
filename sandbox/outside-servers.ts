import { systemClock } from '../config/clock.ts'
import type { MailConfig, StripeConfig } from '../config/outside-config.ts'
import type { DataFolder } from './data-folder.ts'
import { newSigningKey } from './fake-sendgrid/signing-key.ts'
import { type FakeSendGrid, startFakeSendGrid } from './fake-sendgrid/start.ts'
import { type FakeStripe, startFakeStripe } from './fake-stripe/start-fake-stripe.ts'

const STRIPE_SECRET_KEY = 'sk_test_sandbox'
const STRIPE_PUBLISHABLE_KEY = 'pk_test_sandbox'
const STRIPE_WEBHOOK_SECRET = 'whsec_sandbox'
const SENDGRID_API_KEY = 'SG.sandbox'
const MAIL_FROM = 'Ringledger sandbox <billing@ringledger.example>'

/** Stand-ins for Stripe and SendGrid, for whichever of the two is not configured. */
export interface OutsideServers {
  readonly stripe: StripeConfig
  readonly mail: MailConfig
  /** Null where the real one is used. */
  readonly fakeStripe: FakeStripe | null
  readonly fakeSendGrid: FakeSendGrid | null
  /** Sends their webhooks to a web server from now on, those that an earlier run still owed first. */
  tell(webUrl: string): void
  stop(): Promise<void>
}

/** Starts the stand-ins on free ports; what they hold is kept in the data folder. */
export async function startOutsideServers(
  folder: DataFolder,
  configured: { readonly stripe: StripeConfig | null; readonly mail: MailConfig | null },
): Promise<OutsideServers> {
  const signingKey = newSigningKey()
  const fakeStripe = configured.stripe ? null : await startStripe(folder)
  const fakeSendGrid = configured.mail ? null : await startSendGrid(folder)
  if (fakeStripe && fakeSendGrid) {
    fakeStripe.links.mails = fakeSendGrid.url
    fakeSendGrid.links.payments = fakeStripe.url
  }
  return {
    stripe: configured.stripe ?? stripeConfig(urlOf(fakeStripe)),
    mail: configured.mail ?? mailConfig(urlOf(fakeSendGrid), signingKey.publicKey),
    fakeStripe,
    fakeSendGrid,
    tell: (webUrl) => {
      if (fakeStripe) {
        fakeStripe.webhooks.endpoint = { url: `${webUrl}/webhooks/stripe`, secret: STRIPE_WEBHOOK_SECRET }
        resendOwed(fakeStripe)
      }
      if (fakeSendGrid) {
        fakeSendGrid.events.webhook = {
          url: `${webUrl}/webhooks/sendgrid`,
          privateKey: signingKey.privateKey,
        }
      }
    },
    stop: async () => {
      await Promise.all([fakeStripe?.stop(), fakeSendGrid?.stop()])
    },
  }
}

function resendOwed({ state, webhooks }: FakeStripe): void {
  for (const event of state.events.values()) if (event.pending_webhooks > 0) webhooks.resend(event)
}

async function startStripe(folder: DataFolder): Promise<FakeStripe> {
  return await startFakeStripe({
    port: 0,
    secretKeys: [STRIPE_SECRET_KEY],
    publishableKeys: [STRIPE_PUBLISHABLE_KEY],
    webhook: null,
    clock: systemClock,
    dataFile: folder.stripeFile,
  })
}

async function startSendGrid(folder: DataFolder): Promise<FakeSendGrid> {
  return await startFakeSendGrid({
    port: 0,
    apiKey: SENDGRID_API_KEY,
    webhook: null,
    clock: systemClock,
    dataFile: folder.mailFile,
  })
}

function stripeConfig(apiBase: string): StripeConfig {
  return {
    secretKey: STRIPE_SECRET_KEY,
    publishableKey: STRIPE_PUBLISHABLE_KEY,
    apiBase,
    webhookSecrets: [STRIPE_WEBHOOK_SECRET],
  }
}

function mailConfig(apiBase: string, webhookPublicKey: string): MailConfig {
  return { apiKey: SENDGRID_API_KEY, apiBase, from: MAIL_FROM, webhookPublicKey }
}

function urlOf(server: { readonly url: string } | null): string {
  return server?.url ?? ''
}
