/** `grace`: a renewal is not paid, the number works on. `suspended`: it cannot be used. The last two are ends. */
export const NUMBER_STATES = ['active', 'grace', 'suspended', 'released', 'ported_out'] as const
export type NumberState = (typeof NUMBER_STATES)[number]

export const NUMBER_EVENTS = [
  'purchase',
  'enter_grace',
  'suspend',
  'come_back',
  'release',
  'restore',
  'port_out',
  'reassign',
] as const
/** `come_back`: what was owed is paid. `reassign`: the number moves to another account, its anchor and paid period with it. */
export type NumberEvent = (typeof NUMBER_EVENTS)[number]

export type NumberRefusalCode =
  | 'number_unknown'
  | 'number_already_bought'
  | 'number_released'
  | 'number_ported_out'
  | 'number_not_released'
  | 'number_suspended'
  | 'renewal_due'
  | 'wrong_state'

export type NumberChange =
  | { readonly do: 'change'; readonly to: NumberState }
  | { readonly do: 'refuse'; readonly code: NumberRefusalCode; readonly message: string }

/** Every change there is. A number that was never bought has no state. */
const CHANGES: Readonly<
  Record<NumberEvent, Readonly<Partial<Record<NumberState | 'unknown', NumberState>>>>
> = {
  purchase: { unknown: 'active', released: 'active', ported_out: 'active' },
  enter_grace: { active: 'grace' },
  suspend: { grace: 'suspended' },
  come_back: { grace: 'active', suspended: 'active' },
  release: { active: 'released', suspended: 'released' },
  restore: { released: 'active' },
  port_out: { active: 'ported_out', grace: 'ported_out', suspended: 'ported_out' },
  reassign: { active: 'active' },
}

/**
 * The state that an event brings a number to, or why it may not happen. Before a release, port-out or reassignment the
 * renewals that have begun are charged (`decideRenewal` up to that moment); what then is still unpaid is `renewalDue`. It
 * holds back a release and a reassignment, never a port-out: a number may leave whatever is owed.
 */
export function changeNumber(
  event: NumberEvent,
  { state, renewalDue }: { readonly state: NumberState | null; readonly renewalDue: boolean },
): NumberChange {
  const from = state ?? 'unknown'
  const to = CHANGES[event][from]
  if (to === undefined) return refusal(refusalCode(event, from), from)
  const isHeldBack = renewalDue && from === 'active' && (event === 'release' || event === 'reassign')
  return isHeldBack ? refusal('renewal_due', from) : { do: 'change', to }
}

function refusalCode(event: NumberEvent, from: NumberState | 'unknown'): NumberRefusalCode {
  if (from === 'unknown') return 'number_unknown'
  if (event === 'purchase') return 'number_already_bought'
  if (event === 'restore' && from !== 'ported_out') return 'number_not_released'
  if (from === 'released') return 'number_released'
  if (from === 'ported_out') return 'number_ported_out'
  if (event === 'release') return 'renewal_due'
  if (event === 'reassign') return from === 'grace' ? 'renewal_due' : 'number_suspended'
  return 'wrong_state'
}

const MESSAGES: Readonly<Record<NumberRefusalCode, string>> = {
  number_unknown: 'the account has no such number',
  number_already_bought:
    'the number is rented already: it can be bought again once it is released or ported out',
  number_released: 'the number was released: it can be restored for 10 days, or bought again',
  number_ported_out: 'the number was ported out to another carrier: it can only be bought again',
  number_not_released: 'the number is still rented: only a released number can be restored',
  number_suspended:
    'the number is suspended for an unpaid renewal: it must come back before it can be reassigned',
  renewal_due:
    'a renewal of the number has begun and is not paid: it must be charged, or the number suspended, before this',
  wrong_state: 'this cannot happen to a number in its state',
}

function refusal(code: NumberRefusalCode, from: NumberState | 'unknown'): NumberChange {
  const message = code === 'wrong_state' ? `${MESSAGES[code]}, ${from}` : MESSAGES[code]
  return { do: 'refuse', code, message }
}
