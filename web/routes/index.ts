import type { Route } from '../route.ts'
import { accountServiceState, accountStates } from './account-states.ts'
import { balance } from './balance.ts'
import { balanceHistory } from './balance-history.ts'
import { billingAsset, billingPage, billingView, openBilling } from './billing-page.ts'
import { call } from './calls.ts'
import { card, deleteCard, swapCard } from './card.ts'
import { beginSetup, finishSetup } from './card-setup.ts'
import { docs, docsFile } from './docs.ts'
import { entries } from './entries.ts'
import { fixLink, useFixLink } from './fix-link.ts'
import { fixPageScript, fixPageStyle } from './fix-page-files.ts'
import { health, readiness } from './health.ts'
import { askHold, askHolds } from './holds.ts'
import { extendHold, releaseHold } from './holds-running.ts'
import { metrics } from './metrics.ts'
import { notices } from './notices.ts'
import { buyNumber, number, numbers } from './numbers.ts'
import { portOut, reassign, release, restore } from './numbers-changes.ts'
import { openapi } from './openapi.ts'
import { rates } from './rates.ts'
import { rechargePreview } from './recharge-preview.ts'
import { putRechargeSettings, rechargeSettings } from './recharge-settings.ts'
import { putRenewalSettings, renewalSettings } from './renewal-settings.ts'
import { accountRunway } from './runway.ts'
import { serviceEvents } from './service-events.ts'
import { putServicePolicy, servicePolicy } from './service-policy.ts'
import { endSession, session } from './session.ts'
import { spend } from './spend.ts'
import { statement, statements } from './statements.ts'
import { payNow, topup, topups } from './topups.ts'
import { usage } from './usage.ts'
import { addEndpoint, endpoints, removeEndpoint, rotateSecret } from './webhook-endpoints.ts'
import { sendgridWebhook } from './webhooks-sendgrid.ts'
import { stripeWebhook } from './webhooks-stripe.ts'

const calls: readonly Route[] = [
  usage,
  askHold,
  askHolds,
  extendHold,
  releaseHold,
  balance,
  entries,
  call,
  spend,
  balanceHistory,
  rates,
  rechargePreview,
  notices,
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
  servicePolicy,
  putServicePolicy,
  accountRunway,
  accountServiceState,
  accountStates,
  serviceEvents,
  endpoints,
  addEndpoint,
  rotateSecret,
  removeEndpoint,
  session,
  endSession,
  stripeWebhook,
  sendgridWebhook,
  fixLink,
  useFixLink,
  fixPageScript,
  fixPageStyle,
  docs,
  docsFile,
  openBilling,
  billingPage,
  billingView,
  billingAsset,
  health,
  readiness,
  metrics,
]

/** Every call there is. */
export const routes: readonly Route[] = [...calls, openapi(calls)]
