import { formatUsd } from '../../billing/money.ts'
import { readPaymentGate } from '../../db/payment-gate.ts'
import { listAttempts } from '../../db/topup-attempts.ts'
import { listUnknownTopups, readTopup, type Topup } from '../../db/topups.ts'
import { describeAdvance } from '../../jobs/describe-advance.ts'
import { type Html, html } from '../html.ts'
import type { WebContext } from '../route.ts'
import { noteAction } from './note-action.ts'
import { act, confirmForm, look, notThere, type OpsCall } from './ops-page.ts'
import { dataTable, factList, link, pathOf, plan, when } from './show-data.ts'

/** The top-ups of which nobody knows whether a card was charged. */
export const topupsPage = look('/topups', async (_call, { db }) => {
  const [topups, gate] = await Promise.all([listUnknownTopups(db), readPaymentGate(db)])
  return {
    title: 'Top-ups',
    content: html`${factList({
      'payments are paused': gate.pausedReason && html`<span class="bad">${gate.pausedReason}</span>`,
      since: when(gate.pausedAt),
      'what to do': gate.pausedReason && 'mend the cause, then run npm run -s payments -- --resume',
    })}
<p>Unknown is not failed: the payment is read at Stripe on a schedule until its outcome is definite, and nothing else is charged for the account meanwhile.</p>
${topupTable('Top-ups with an unknown outcome', topups)}`,
  }
})

/** One top-up: what is known of it, and what another look would do. */
export const topupPage = look('/topups/:account/:topup', async (call, { db }) => {
  const topup = await topupOf(call, db)
  if (!topup) return notThere('top-up')
  const attempts = await listAttempts(db, topup)
  return {
    title: `Top-up of ${formatUsd(topup.amount)} USD`,
    content: html`${factList({
      account: link(pathOf('accounts', topup.account), topup.account),
      id: topup.id,
      state: topup.reason === null ? topup.status : `${topup.status}: ${topup.reason}`,
      origin: topup.origin,
      'requested by': topup.requestedBy,
      'payment at Stripe': topup.paymentId ?? 'none yet',
      opened: when(topup.createdAt),
      ended: when(topup.settledAt),
      'looked at again': when(topup.nextCheckAt),
      'looks without an answer': String(topup.checks),
    })}
${dataTable(
  'Attempts',
  ['number', 'card', 'state', 'decline', 'begun', 'ended'],
  attempts.map((one) => [
    String(one.number),
    one.cardId,
    one.status,
    one.declineClass,
    when(one.createdAt),
    when(one.settledAt),
  ]),
)}
${plan(describeAdvance(topup))}
${topup.settledAt ? null : confirmForm(call, { action: addressOf(topup), label: 'Look at it now' })}`,
  }
})

/** Hands the top-up to its job, which decides again by what it finds. */
export const lookAtTopup = act('/topups/:account/:topup', async (call, context) => {
  const topup = await topupOf(call, context.db)
  if (!topup) return notThere('top-up')
  await noteAction(context, call, { action: 'top-up looked at', subject: `${topup.account}/${topup.id}` })
  context.waker.wake('advance-topup', { v: 1, account: topup.account, topup: topup.id })
  return {
    title: 'Handed to a worker',
    content: html`<p>The top-up is being looked at. ${link(addressOf(topup), 'See how it stands')}</p>`,
  }
})

export function topupTable(caption: string, topups: readonly Topup[]): Html {
  return dataTable(
    caption,
    ['top-up', 'account', 'amount USD', 'state', 'origin', 'opened', 'looked at again'],
    topups.map((topup) => [
      link(addressOf(topup), topup.id),
      topup.account,
      formatUsd(topup.amount),
      topup.reason === null ? topup.status : `${topup.status}: ${topup.reason}`,
      topup.origin,
      when(topup.createdAt),
      when(topup.nextCheckAt),
    ]),
  )
}

function addressOf({ account, id }: Topup): string {
  return pathOf('topups', account, id)
}

async function topupOf({ part }: OpsCall, db: WebContext['db']): Promise<Topup | null> {
  const id = part('topup')
  return UUID.test(id) ? await readTopup(db, { account: part('account'), id }) : null
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i
