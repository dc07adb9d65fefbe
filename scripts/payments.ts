import { formatUsd } from '../billing/money.ts'
import type { Db } from '../db/connect.ts'
import { closeFinding } from '../db/findings.ts'
import { readPaymentGate, resumePayments } from '../db/payment-gate.ts'
import { listUnknownTopups } from '../db/topups.ts'
import { withRuntime } from '../sandbox/runtime.ts'
import { EXIT, runCommand } from './command.ts'

const HELP = `Usage: npm run -s payments [-- --resume] [--data DIR]

Shows whether payments may go to Stripe, since when not and why, and the top-ups of which nobody knows yet whether a card
was charged. These are read from Stripe on a schedule until that is known; nothing else is charged for them meanwhile.

  --resume     lets payments go again, after the cause is mended: Stripe refused our key, for example
  --data DIR   the data of the one-machine default, without DATABASE_URL
  --help       this text

Exit codes: 0 shown, or payments go again; 1 the database could not be read; 2 wrong call.
`

await runCommand({
  name: 'payments',
  help: HELP,
  options: { resume: { type: 'boolean' } },
  args: [],
  run: ({ options, dataDir }) =>
    withRuntime({ process: 'payments', dataDir }, async ({ db, clock }) => {
      if (options.resume) await resume(db, clock.now())
      await showGate(db, clock.now())
      await showUnknown(db)
      return EXIT.done
    }),
})

async function resume(db: Db, now: Date): Promise<void> {
  await resumePayments(db)
  await closeFinding(db, { kind: 'payments_paused', subject: 'stripe' }, now)
}

async function showGate(db: Db, now: Date): Promise<void> {
  const { pausedReason, pausedAt, closedUntil, failures } = await readPaymentGate(db)
  if (pausedReason !== null) {
    console.log(`payments are paused since ${pausedAt?.toISOString()}: ${pausedReason}`)
    console.log('mend the cause, then run npm run -s payments -- --resume')
  } else if (closedUntil !== null && closedUntil > now) {
    console.log(
      `payments wait until ${closedUntil.toISOString()}: Stripe gave no answer to ${failures} requests in a row`,
    )
  } else console.log('payments go to Stripe')
}

async function showUnknown(db: Db): Promise<void> {
  const topups = await listUnknownTopups(db)
  console.log(`top-ups with an unknown outcome: ${topups.length}`)
  for (const { account, id, amount, createdAt, nextCheckAt } of topups) {
    const next = nextCheckAt ? `, read again at ${nextCheckAt.toISOString()}` : ''
    console.log(
      `  ${id} of account ${account}: ${formatUsd(amount)} USD of ${createdAt.toISOString()}${next}`,
    )
  }
}
