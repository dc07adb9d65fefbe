import { type FailedJob, findFailedJob, listFailedJobs, retryFailedJob } from '../../jobs/failed-jobs.ts'
import { previewRetry } from '../../jobs/retry-preview.ts'
import { html } from '../html.ts'
import { maskNumbers } from './mask-numbers.ts'
import { noteAction } from './note-action.ts'
import { act, confirmForm, look, notThere, type OpsCall } from './ops-page.ts'
import { dataTable, evidence, factList, link, pathOf, plan, when } from './show-data.ts'
import { showPayload } from './show-payload.ts'

const PER_QUEUE = 50

export const failedJobsPage = look('/jobs', async (_call, { ops }) => {
  const jobs = await listFailedJobs(ops.queues, { perQueue: PER_QUEUE })
  return {
    title: 'Failed jobs',
    content: html`<p>A job that its queue has given up loses nothing: what is owed stands in Postgres, and is swept. A retry is for when the cause is mended and nobody wants to wait.</p>
${dataTable(
  `The newest ${PER_QUEUE} of each queue`,
  ['job', 'queue', 'failed', 'begun', 'why'],
  jobs.map((job) => [
    link(addressOf(job), job.name),
    job.queue,
    when(job.failedAt),
    `${job.starts} times`,
    maskNumbers(job.reason),
  ]),
)}`,
  }
})

/** One failed job, and what a retry would do by the rows of now. */
export const failedJobPage = look('/jobs/:queue/:id', async (call, context) => {
  const job = await findFailedJob(context.ops.queues, keyOf(call))
  if (!job) return notThere('failed job')
  return {
    title: `Failed job ${job.name}`,
    content: html`${factList({
      queue: job.queue,
      id: job.id,
      failed: when(job.failedAt),
      begun: `${job.starts} times`,
      why: maskNumbers(job.reason),
    })}
<h2>What it was given</h2>
${evidence(showPayload(job.data))}
${plan(await previewRetry(context, job))}
${confirmForm(call, { action: addressOf(job), label: 'Retry this job' })}`,
  }
})

/** The job decides again by what it finds in Postgres. */
export const retryJob = act('/jobs/:queue/:id', async (call, context) => {
  const job = await findFailedJob(context.ops.queues, keyOf(call))
  if (!job) return notThere('failed job')
  await noteAction(context, call, { action: 'job retried', subject: `${job.name} ${job.queue}/${job.id}` })
  const isRetried = await retryFailedJob(context.ops.queues, job)
  return {
    title: isRetried ? 'The job is delivered again' : 'It was not there any more',
    content: html`<p>${link('/ops/jobs', 'Failed jobs')}</p>`,
  }
})

function addressOf({ queue, id }: FailedJob): string {
  return pathOf('jobs', queue, id)
}

function keyOf({ part }: OpsCall) {
  return { queue: part('queue'), id: part('id') }
}
