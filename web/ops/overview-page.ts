import { readOpsFigures } from '../../db/ops-figures.ts'
import { listFailedJobs } from '../../jobs/failed-jobs.ts'
import { type Html, html } from '../html.ts'
import { checkReadiness } from '../readiness.ts'
import type { WebContext } from '../route.ts'
import { look } from './ops-page.ts'
import { dataTable, link } from './show-data.ts'

const FAILED_COUNTED_MAX = 1_000

/** What waits for a person, each with the page that shows it. */
export const overviewPage = look('/', async (_call, context) => {
  const [figures, readiness, failedJobs] = await Promise.all([
    readOpsFigures(context.db),
    checkReadiness(context),
    countFailedJobs(context),
  ])
  const { openFindings, unknownTopups, unfinishedRuns, unrated, paymentsPaused } = figures
  return {
    title: 'Operations',
    content: html`${readiness.faults.map((fault) => html`<p class="bad">${fault}</p>`)}
${paymentsPaused ? html`<p class="bad">Payments are paused: see ${link('/ops/topups', 'Top-ups')}</p>` : null}
${readiness.notes.map((note) => html`<p class="note">${note}</p>`)}
${dataTable(
  'What waits for a person',
  ['what', 'how many'],
  [
    [link('/ops/findings', 'open findings'), countOf(openFindings)],
    [link('/ops/topups', 'top-ups with an unknown outcome'), countOf(unknownTopups)],
    [link('/ops/unrated', 'usage records without a price'), countOf(unrated)],
    [link('/ops/runs', 'runs that are not finished'), countOf(unfinishedRuns)],
    [
      link('/ops/jobs', 'failed jobs'),
      failedJobs === null ? 'the queues do not answer' : countOf(failedJobs),
    ],
  ],
)}`,
  }
})

function countOf(count: number): Html | string {
  return count === 0 ? '0' : html`<strong>${String(count)}</strong>`
}

/** Null where the queues do not answer: the rest of the page is needed most then. */
async function countFailedJobs({ ops, log }: WebContext): Promise<number | null> {
  try {
    return (await listFailedJobs(ops.queues, { perQueue: FAILED_COUNTED_MAX })).length
  } catch (error) {
    log.warn({ err: error }, 'failed jobs could not be counted')
    return null
  }
}
