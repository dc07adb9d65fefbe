import { startOfDay } from './zoned-time.ts'

/** Instants: from is part of it, to is not. Null is open. */
export interface TimeRange {
  readonly from: string | null
  readonly to: string | null
}

/** A range by its name, or by the two instants that somebody chose. */
export type RangeChoice = { readonly preset: RangePreset } | ({ readonly preset: null } & TimeRange)

export const RANGE_PRESETS = { '1': 'Today', '7': '7 days', '30': '30 days', '90': '90 days' } as const
export type RangePreset = keyof typeof RANGE_PRESETS

/** The instants of a choice: days are whole days of the zone, today among them, up to now. */
export function rangeOf(choice: RangeChoice, { now, timeZone }: { now: Date; timeZone: string }): TimeRange {
  if (choice.preset === null) return { from: choice.from, to: choice.to }
  const days = 1 - Number.parseInt(choice.preset, 10)
  return { from: startOfDay(now, { timeZone, days }), to: startOfDay(now, { timeZone, days: 1 }) }
}
