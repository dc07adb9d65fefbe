import { FieldFault } from '../usage-fields.ts'
import { callDirection } from './call-direction.ts'
import type { CallKind, CdrResult } from './cdr-row.ts'
import type { CdrNumber } from './phone-number.ts'

/** One leg as a switch of one's own reported it; such switches know nothing of who is outside. */
export interface SwitchCall {
  readonly id: string
  readonly account: string
  readonly from: CdrNumber
  readonly to: CdrNumber
  /** The source's name for `to`, for messages. */
  readonly toField: string
  /** What the row shows of its direction, apart from its numbers. */
  readonly directionShown: CallKind | undefined
  /** The direction of rows that show none at all. */
  readonly directionElse: CallKind | undefined
  readonly occurredAtMs: number
  /** 0 when the call was not answered. */
  readonly durationMs: number
  readonly callId: string | undefined
}

/** The usage record of a leg. Skips what never left the switch, and unanswered calls to what is no telephone number. */
export function switchCallRecord(call: SwitchCall): CdrResult {
  const kind = callDirection(call, call.directionShown) ?? call.directionElse
  if (kind === 'internal') return { skip: 'internal call' }
  if (call.durationMs === 0 && call.to.form !== 'e164' && call.to.form !== 'short') {
    return { skip: 'unanswered, to no telephone number' }
  }
  const to = numberCalled(call)
  if (!kind) throw new FieldFault('direction', 'nothing in the row tells inbound from outbound')
  return {
    record: {
      id: call.id,
      account: call.account,
      item: 'phone_call',
      kind,
      from: callerText(call.from),
      to,
      occurredAt: new Date(call.occurredAtMs).toISOString(),
      durationMs: call.durationMs,
      ...(call.callId !== undefined && { callId: call.callId }),
    },
  }
}

/** The rate depends on it, so it must be a number that rates can match. */
function numberCalled({ to, toField }: SwitchCall): string {
  if (to.form === 'e164' || to.form === 'short') return to.text
  if (to.form === 'unreadable') throw new FieldFault(toField, to.problem)
  const text = to.form === 'name' ? JSON.stringify(to.text) : 'empty'
  throw new FieldFault(
    toField,
    `the call was answered, and the number called is ${text}, no telephone number`,
  )
}

/** No rate depends on the caller, so one that is neither E.164 nor fit for a SIP user still makes a record. */
export function callerText(from: CdrNumber): string {
  if (from.form === 'withheld') return 'anonymous'
  if (from.form === 'e164') return from.text
  return from.text.replaceAll(/[^\w.:;@#*=-]/g, '_').slice(0, 64)
}
