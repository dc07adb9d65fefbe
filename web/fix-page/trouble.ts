import { describeReason, PAUSE_REASONS, type ReasonWords } from '../../billing/decline-reason.ts'
import { cardName, dollars } from '../../billing/mails/wording.ts'
import { formatUsd } from '../../billing/money.ts'
import { type AutoRecharge, readAutoRecharge } from '../../db/auto-recharge.ts'
import type { Db } from '../../db/connect.ts'
import type { FixLink } from '../../db/fix-links.ts'
import { readChargedCard } from '../../db/topup-attempts.ts'
import { readTopup, type Topup } from '../../db/topups.ts'

/** What a link in a mail is to put right, as it stands now. */
export interface Trouble {
  readonly account: string
  /** The top-up that the mail told of. */
  readonly topup: Topup | null
  readonly autoRecharge: AutoRecharge
  /** The card that was charged, in words. */
  readonly card: string | null
}

export async function readTrouble(db: Db, { account, topup: id }: FixLink): Promise<Trouble> {
  const autoRecharge = await readAutoRecharge(db, account)
  if (!autoRecharge) throw new Error(`account ${account} has no auto-recharge row`)
  const topup = id === null ? null : await readTopup(db, { account, id })
  const charged = topup && (await readChargedCard(db, topup))
  return { account, topup, autoRecharge, card: charged && cardName(charged) }
}

/** Whether the customer has nothing to do any more. */
export function isOver({ topup, autoRecharge }: Trouble): boolean {
  return (
    autoRecharge.pausedReason === null &&
    autoRecharge.failingSince === null &&
    topup?.status !== 'requires_action'
  )
}

/** What failed, in one sentence: `A recharge of $75.00 from Visa ending in 4242 did not go through.` */
export function describeFailure({ topup, card }: Trouble): string {
  if (!topup) return 'Your credit is not refilled automatically at the moment.'
  const from = card === null ? '' : ` from ${card}`
  return `A recharge of ${dollars(formatUsd(topup.amount))}${from} did not go through.`
}

/** Why, and what to do; null where nothing can be told. */
export function describeCause({ topup, autoRecharge }: Trouble): ReasonWords | null {
  const reason = topup?.reason ?? autoRecharge.pausedReason
  const known = PAUSE_REASONS.find((one) => one === reason)
  return known ? describeReason(known) : null
}
