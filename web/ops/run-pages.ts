import { cutOffOf } from '../../billing/business-date.ts'
import { type ListedRun, listRuns, readRun } from '../../db/run-list.ts'
import { handRunToWorkers } from '../../jobs/hand-run-to-workers.ts'
import { runs as kinds } from '../../jobs/runs.ts'
import { html } from '../html.ts'
import { noteAction } from './note-action.ts'
import { act, confirmForm, look, notThere, type OpsCall } from './ops-page.ts'
import { dataTable, factList, link, pathOf, plan, when } from './show-data.ts'

const SHOWN_MAX = 100

/** What doing a run again does; each finds what was done by its own guards and leaves it alone. */
const AGAIN: ReadonlyMap<string, string> = new Map([
  [
    'renewals',
    'Looks at every number that is due and charges the periods that are not charged yet: no period twice.',
  ],
  ['statements', 'Makes the statements that are missing; those that are made stay as they are.'],
  ['ledger-proof', 'Proves the ledger again and opens or closes findings. It changes no money.'],
  ['stripe-reconciliation', 'Compares with Stripe again and closes the gaps, each once.'],
  ['unrated-usage', 'Counts the usage that waits for a price and tells of it. It charges nothing.'],
  [
    'expiring-cards',
    'Writes the mails about expiring cards that were not written: no card is told of twice.',
  ],
  ['retention', 'Deletes rows that have done their work and are past their time.'],
])

export const runsPage = look('/runs', async (_call, { db, clock }) => {
  const runs = await listRuns(db, { kind: null, limit: SHOWN_MAX })
  const now = clock.now()
  return {
    title: 'Runs',
    content: dataTable(
      'Nightly runs, the newest date first',
      ['kind', 'date', 'state', 'started', 'finished', 'done', 'refused'],
      runs.map((run) => [
        link(pathOf('runs', run.kind, run.date), run.kind),
        run.date,
        stateOf(run, now),
        when(run.startedAt),
        when(run.finishedAt),
        String(run.done),
        String(run.refused),
      ]),
    ),
  }
})

export const runPage = look('/runs/:kind/:date', async (call, { db, clock }) => {
  const run = await runOf(call, db)
  if (!run) return notThere('run')
  return {
    title: `Run ${run.kind} of ${run.date}`,
    content: html`${factList({
      state: stateOf(run, clock.now()),
      started: when(run.startedAt),
      finished: when(run.finishedAt),
      'held until': run.finishedAt ? null : when(run.heldUntil),
      done: String(run.done),
      refused: String(run.refused),
    })}
${plan(planOf(run))}
${run.finishedAt ? confirmForm(call, { action: pathOf('runs', run.kind, run.date), label: 'Do it again' }) : null}`,
  }
})

export const redoRun = act('/runs/:kind/:date', async (call, context) => {
  const run = await runOf(call, context.db)
  if (!run) return notThere('run')
  await noteAction(context, call, { action: 'run redone', subject: `${run.kind}/${run.date}` })
  if (!(await handRunToWorkers(context, run))) {
    return {
      status: 409,
      title: 'Not now',
      content: html`<p>A run of this kind is not finished. It is continued by itself: try again afterwards.</p>`,
    }
  }
  context.waker.wake('run-nightly', { v: 1, kind: run.kind })
  return {
    title: 'Handed to a worker',
    content: html`<p>${link(pathOf('runs', run.kind, run.date), 'See how it stands')}</p>`,
  }
})

function planOf(run: ListedRun): string[] {
  if (!run.finishedAt) return ['Nothing: it is not finished, and is continued by itself.']
  return [
    AGAIN.get(run.kind) ?? 'Does its work again from the beginning; what was done stays done.',
    'A worker takes it from its beginning. The counts of done and refused go on from where they are.',
  ]
}

function stateOf({ finishedAt, heldUntil, redone }: ListedRun, now: Date): string {
  if (finishedAt === null) return heldUntil > now ? 'running' : 'waiting'
  return redone === 0 ? 'finished' : `redone ${redone}`
}

async function runOf({ part }: OpsCall, db: Parameters<typeof readRun>[0]): Promise<ListedRun | null> {
  const [kind, date] = [part('kind'), part('date')]
  if (!kinds.some((one) => one.kind === kind) || !isDate(date)) return null
  return await readRun(db, { kind, date })
}

function isDate(text: string): boolean {
  try {
    cutOffOf(text)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
