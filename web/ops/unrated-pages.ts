import { formatUsd } from '../../billing/money.ts'
import { countUnrated, type UnratedCount } from '../../db/unrated-counts.ts'
import { listWaitingUsage } from '../../db/unrated-usage.ts'
import { previewCharges } from '../../jobs/preview-charges.ts'
import { html } from '../html.ts'
import type { WebContext } from '../route.ts'
import { maskNumbers } from './mask-numbers.ts'
import { noteAction } from './note-action.ts'
import { act, confirmForm, look, notThere } from './ops-page.ts'
import { dataTable, evidence, factList, link, pathOf, plan, when } from './show-data.ts'
import { showRecord } from './show-payload.ts'

/** As many are priced for the preview; more would keep the page waiting. */
const PREVIEW_MAX = 1_000
const SAMPLE = 20

export const unratedPage = look('/unrated', async (_call, context) => {
  const counts = await countWaiting(context)
  return {
    title: 'Unrated usage',
    content: html`<p>Usage that could not be priced waits here and is not charged. Mend the cause, then have it rated again.</p>
${dataTable(
  'Waiting, by reason',
  ['reason', 'records', 'accounts', 'oldest came in'],
  counts.map(({ reason, records, accounts, oldestAt }) => [
    link(pathOf('unrated', reason), reason),
    String(records),
    String(accounts),
    when(oldestAt),
  ]),
)}`,
  }
})

/** What waits for one reason, and what rating it again would charge now. */
export const unratedReasonPage = look('/unrated/:reason', async (call, context) => {
  const count = await countOf(context, call.part('reason'))
  if (!count) return notThere('reason')
  const { reason } = count
  const page = { after: null, limit: PREVIEW_MAX }
  const waiting = await listWaitingUsage(context.db, { account: null, reason }, page)
  const preview = await previewCharges(
    context,
    waiting.map(({ record }) => record),
  )
  const left = Object.entries(Object.groupBy(preview.refused, ({ code }) => code))
  const of =
    count.records > PREVIEW_MAX ? `the first ${PREVIEW_MAX} of ${count.records}` : String(count.records)
  return {
    title: `Unrated usage: ${reason}`,
    content: html`${factList({
      records: String(count.records),
      accounts: String(count.accounts),
      'oldest came in': when(count.oldestAt),
    })}
${plan([
  `Of ${of} records, charges ${preview.charged}, ${formatUsd(preview.amount)} USD together, and stores ${preview.free} that cost nothing.`,
  `Leaves ${preview.duplicates} alone that were charged already.`,
  ...left.map(([code, ones]) => `${ones?.length ?? 0} go on waiting: ${code}.`),
])}
${confirmForm(call, { action: pathOf('unrated', reason), label: 'Rate them again' })}
<h2>The first ${String(Math.min(SAMPLE, waiting.length))}</h2>
${waiting
  .slice(0, SAMPLE)
  .map(({ message, record }) => html`<p>${maskNumbers(message)}</p>${evidence(showRecord(record))}`)}`,
  }
})

export const rerate = act('/unrated/:reason', async (call, context) => {
  const count = await countOf(context, call.part('reason'))
  if (!count) return notThere('reason')
  await noteAction(context, call, { action: 'unrated usage rated again', subject: count.reason })
  context.waker.wake('rerate-unrated', { v: 1, reason: count.reason })
  return {
    title: 'Handed to a worker',
    content: html`<p>What has a price now is charged, once. ${link('/ops/unrated', 'See what still waits')}</p>`,
  }
})

async function countOf(context: WebContext, reason: string): Promise<UnratedCount | null> {
  const counts = await countWaiting(context)
  return counts.find((one) => one.reason === reason) ?? null
}

/** With what came in at this very moment. */
async function countWaiting({ db, clock }: WebContext): Promise<UnratedCount[]> {
  return await countUnrated(db, new Date(clock.now().getTime() + 1))
}
