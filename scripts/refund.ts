import { createHash } from 'node:crypto'
import { formatUsd, type Micros } from '../billing/money.ts'
import { noteEntry } from '../db/entry-notes.ts'
import { readTopup, readTopupByPayment, type Topup } from '../db/topups.ts'
import { applyRefund } from '../jobs/apply-refund.ts'
import { askStripe } from '../jobs/ask-stripe.ts'
import type { PaymentDeps } from '../jobs/payment-deps.ts'
import { withRuntime } from '../sandbox/runtime.ts'
import { EXIT, type Exit, Refused, required, runCommand, WrongCall } from './command.ts'
import { positiveAmount } from './positive-amount.ts'
import { requireAccount } from './require-account.ts'
import { requirePayments } from './require-payments.ts'

const HELP = `Usage: npm run -s refund -- --account ID (--payment ID | --topup ID) [--amount USD] --reason TEXT --by NAME
                          [--data DIR]

Gives money back to the card that paid, and takes the credit off the account. The same call within 24 hours is the same
refund; for a second one of the same amount give another reason. A refund that fails at the bank is restored by itself.

  --account ID    whose payment
  --payment ID    Stripe's id of the payment: pi_…
  --topup ID      or the id of the top-up that it paid
  --amount USD    how much, in whole cents; all that is left when not given
  --reason TEXT   why; the customer sees it with the entry
  --by NAME       who decided; kept with the entry
  --data DIR      the data of the one-machine default, without DATABASE_URL
  --help          this text

Exit codes: 0 refunded, or refunded before; 1 refused or not known yet, and the text says which; 2 wrong call.
`

interface Wanted {
  readonly account: string
  readonly payment: string | undefined
  readonly topup: string | undefined
  /** Null for all that is left. */
  readonly amount: Micros | null
  readonly reason: string
  readonly by: string
}

const MICROS_PER_CENT = 10_000n
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

await runCommand({
  name: 'refund',
  help: HELP,
  options: {
    account: { type: 'string' },
    payment: { type: 'string' },
    topup: { type: 'string' },
    amount: { type: 'string' },
    reason: { type: 'string' },
    by: { type: 'string' },
  },
  args: [],
  run: async ({ options, dataDir }) => {
    const { payment, topup, amount } = options
    if ((payment === undefined) === (topup === undefined)) {
      throw new WrongCall('give either --payment or --topup')
    }
    if (topup !== undefined && !UUID.test(topup)) throw new WrongCall('--topup must be the id of a top-up')
    const wanted: Wanted = {
      account: required(options, 'account'),
      payment,
      topup,
      amount: amount === undefined ? null : wholeCents(amount),
      reason: required(options, 'reason'),
      by: required(options, 'by'),
    }
    return await withRuntime({ process: 'refund', dataDir }, async (runtime) => {
      const payments = requirePayments(runtime)
      await requireAccount(runtime.db, wanted.account)
      return await refund(payments, wanted)
    })
  },
})

async function refund(payments: PaymentDeps, wanted: Wanted): Promise<Exit> {
  const { account, amount, reason, by } = wanted
  const paymentId = await paidBy(payments, wanted)
  const answer = await askStripe(payments, (stripe) =>
    stripe.refundPayment({ paymentId, amount }, { idempotencyKey: keyOf(paymentId, wanted) }),
  )
  if (answer.kind === 'refused') throw new Refused(`Stripe refuses the refund: ${answer.message}`)
  if (answer.kind !== 'definite') {
    throw new Refused('Stripe gave no definite answer: run the same again, which refunds once')
  }
  const made = answer.value
  await applyRefund(payments, made)
  await noteEntry(payments.db, { account, source: `refund/${made.id}`, reason, postedBy: by })
  console.log(`refund ${made.id} of ${formatUsd(made.amount)} USD of payment ${paymentId}: ${made.status}`)
  return EXIT.done
}

/** The payment that is meant, which must be of a top-up of the account. */
async function paidBy({ db }: PaymentDeps, { account, payment, topup }: Wanted): Promise<string> {
  const found = payment
    ? await readTopupByPayment(db, payment)
    : await readTopup(db, { account, id: topup ?? '' })
  if (!isOf(found, account)) throw new Refused(`account ${account} has no such payment`)
  if (found.status === 'succeeded' && found.paymentId !== null) return found.paymentId
  throw new Refused(`top-up ${found.id} is ${found.status}: only money that came in goes back`)
}

function isOf(topup: Topup | null, account: string): topup is Topup {
  return topup?.account === account
}

/** By what was asked for, so that whoever runs it again after a lost answer refunds once. */
function keyOf(paymentId: string, { amount, reason, by }: Wanted): string {
  const asked = JSON.stringify([paymentId, amount === null ? 'all' : formatUsd(amount), reason, by])
  return `refund/${createHash('sha256').update(asked).digest('hex').slice(0, 32)}`
}

function wholeCents(text: string): Micros {
  const amount = positiveAmount(text)
  if (amount % MICROS_PER_CENT === 0n) return amount
  throw new WrongCall('--amount must be whole cents, such as 12.50')
}
