import type { Route } from '../route.ts'
import { balance } from './balance.ts'
import { card, deleteCard, swapCard } from './card.ts'
import { beginSetup, finishSetup } from './card-setup.ts'
import { entries } from './entries.ts'
import { fixLink, useFixLink } from './fix-link.ts'
import { fixPageScript, fixPageStyle } from './fix-page-files.ts'
import { health, readiness } from './health.ts'
import { metrics } from './metrics.ts'
import { buyNumber, number, numbers } from './numbers.ts'
import { portOut, reassign, release, restore } from './numbers-changes.ts'
import { openapi } from './openapi.ts'
import { putRechargeSettings, rechargeSettings } from './recharge-settings.ts'
import { putRenewalSettings, renewalSettings } from './renewal-settings.ts'
import { statement, statements } from './statements.ts'
import { payNow, topup, topups } from './topups.ts'
import { usage } from './usage.ts'
import { sendgridWebhook } from './webhooks-sendgrid.ts'
import { stripeWebhook } from './webhooks-stripe.ts'

const calls: readonly Route[] = [
  usage,
  balance,
  entries,
  statements,
  statement,
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
  numbers,
  buyNumber,
  number,
  release,
  restore,
  portOut,
  reassign,
  renewalSettings,
  putRenewalSettings,
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
