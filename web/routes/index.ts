import type { Route } from '../route.ts'
import { balance } from './balance.ts'
import { card, deleteCard, swapCard } from './card.ts'
import { beginSetup, finishSetup } from './card-setup.ts'
import { entries } from './entries.ts'
import { fixLink, useFixLink } from './fix-link.ts'
import { fixPageScript, fixPageStyle } from './fix-page-files.ts'
import { health, readiness } from './health.ts'
import { metrics } from './metrics.ts'
import { openapi } from './openapi.ts'
import { putRechargeSettings, rechargeSettings } from './recharge-settings.ts'
import { payNow, topup, topups } from './topups.ts'
import { usage } from './usage.ts'
import { sendgridWebhook } from './webhooks-sendgrid.ts'
import { stripeWebhook } from './webhooks-stripe.ts'

const calls: readonly Route[] = [
  usage,
  balance,
  entries,
  rechargeSettings,
  putRechargeSettings,
  payNow,
  topups,
  topup,
  card,
  deleteCard,
  swapCard,
  beginSetup,
  finishSetup,
  stripeWebhook,
  sendgridWebhook,
  fixLink,
  useFixLink,
  fixPageScript,
  fixPageStyle,
  health,
  readiness,
  metrics,
]

/** Every call there is. */
export const routes: readonly Route[] = [...calls, openapi(calls)]
