import type { Picos } from './picos.ts'
import type { UsageItem, UsageKind } from './usage-record.ts'

export const ROUNDINGS = ['half_even', 'half_up', 'up', 'down'] as const
export type Rounding = (typeof ROUNDINGS)[number]

/** Prefix of every short code; followed by digits it is that one. */
export const SHORT_CODE_PREFIX = 'short:'

/** The longest time a rate may name, in seconds. With the longest call it keeps billed seconds within 32 bits. */
export const RATE_SECONDS_MAX = 1_000_000_000

/** One row of a rate card (CONTRACTS: rate card): the price of one slot of one key from one instant on. */
export interface Rate {
  /** Data row in its card version, from 1: its identity there, for good. */
  readonly row: number
  readonly item: UsageItem
  /** Null matches every kind. */
  readonly kind: UsageKind | null
  /** Digits of E.164 without `+` ('' for every number), `short:` for every short code, `short:911` for that one. */
  readonly prefix: string
  readonly setupFee: Picos
  /** Per `perSeconds` of a call, per segment of a text, per event otherwise. */
  readonly rate: Picos
  /** Per call, attempt or number event; per segment of a text. */
  readonly surcharge: Picos
  readonly perSeconds: number
  readonly incrementSeconds: number
  readonly minimumSeconds: number
  /** Second of the call from which this slot prices it. */
  readonly fromSecond: number
  readonly roundDecimals: number
  readonly rounding: Rounding
  /** Inclusive; null since ever. */
  readonly effectiveFromMs: number | null
  /** Exclusive; null for ever. */
  readonly effectiveToMs: number | null
  readonly blocked: boolean
  readonly description: string
}
