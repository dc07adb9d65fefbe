import { authenticationNeeded } from './authentication-needed.ts'
import { cardExpires } from './card-expires.ts'
import { limitReached } from './limit-reached.ts'
import { lowBalance } from './low-balance.ts'
import { numberInGrace, numberRelease, numberSuspension, renewalUncovered } from './number-notices.ts'
import { receipt } from './receipt.ts'
import { rechargeFailed } from './recharge-failed.ts'
import { rechargeRecovered } from './recharge-recovered.ts'
import { rechargeSwitchedOff } from './recharge-switched-off.ts'

/** Every template that tells of one event. */
export const NOTICES = {
  recharge_failed: rechargeFailed,
  authentication_needed: authenticationNeeded,
  recharge_switched_off: rechargeSwitchedOff,
  recharge_recovered: rechargeRecovered,
  receipt,
  low_balance: lowBalance,
  limit_reached: limitReached,
  card_expires: cardExpires,
  notice_renewal_uncovered: renewalUncovered,
  notice_grace: numberInGrace,
  notice_suspension: numberSuspension,
  notice_release: numberRelease,
} as const

export type NoticeTemplate = keyof typeof NOTICES

export function isNoticeTemplate(name: string): name is NoticeTemplate {
  return Object.hasOwn(NOTICES, name)
}
