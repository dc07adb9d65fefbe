import type { RecordFault } from '../parse-usage-record.ts'
import { FieldFault } from '../usage-fields.ts'

/** A usage record in plain JSON, as producers send it: what one row of a switch's file becomes. */
export interface PlainUsageRecord {
  readonly id: string
  readonly account: string
  readonly item: 'phone_call' | 'outgoing_text' | 'incoming_text'
  readonly kind?: CallKind
  readonly from: string
  readonly to: string
  readonly occurredAt: string
  readonly durationMs?: number
  readonly segments?: number
  readonly callId?: string
}

export type CallKind = 'inbound' | 'outbound'

/** What one row of a switch's file means: a usage record, nothing to charge, or a fault that names its field. */
export type CdrResult =
  | { readonly record: PlainUsageRecord }
  | { readonly skip: string }
  | { readonly fault: RecordFault }

/** Runs the reading of one row and turns its FieldFault, if any, into a result. */
export function readRow(read: () => CdrResult): CdrResult {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof FieldFault)) throw error
    return { fault: { field: error.field, message: error.message } }
  }
}

/** A count as switches write it, in digits alone. At most twelve, so that seconds stay exact as milliseconds. */
export function readWholeNumber(field: string, text: string): number {
  if (!/^\d{1,12}$/.test(text))
    throw new FieldFault(field, `${quote(text)} is not a whole number of 0 or more`)
  return Number(text)
}

/** A value as it may stand in a message: one line, cut to 40 characters. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}
