import { hash } from 'node:crypto'
import { formatUsd, type Micros } from './money.ts'

export interface HashedEntry {
  readonly seq: bigint
  readonly item: string
  readonly amount: Micros
  readonly balanceAfter: Micros
  readonly occurredAt: Date
  readonly postedAt: Date
  readonly source: string
}

/*
 * The hash of a statement is a chain that a few lines of any language repeat from the export of the month's entries:
 *
 *   hash = sha256 of "ringledger statement v1,<account>,<month>,<time zone>,<opening balance>"
 *   for each entry by ascending id:  hash = sha256 of "<hash>,<line>"
 *   where <line> is the entry's columns "<id>,<item>,<amount>,<balanceAfter>,<occurredAt>,<postedAt>,<source>"
 *
 * in UTF-8 without line ends, hashes as 64 hexadecimal digits in lower case, money with six decimal places, times as
 * 2026-03-31T17:05:09.000Z: the very texts of the export.
 */

/** The chain's first link. */
export function startHash({
  account,
  month,
  timeZone,
  openingBalance,
}: {
  readonly account: string
  readonly month: string
  readonly timeZone: string
  readonly openingBalance: Micros
}): string {
  return sha256(`ringledger statement v1,${account},${month},${timeZone},${formatUsd(openingBalance)}`)
}

/** The link after `previous`. */
export function chainEntry(previous: string, entry: HashedEntry): string {
  return sha256(`${previous},${entryLine(entry)}`)
}

/** What the hash covers of an entry: the very texts of the export's columns. */
export function entryLine(entry: HashedEntry): string {
  const money = `${formatUsd(entry.amount)},${formatUsd(entry.balanceAfter)}`
  const times = `${entry.occurredAt.toISOString()},${entry.postedAt.toISOString()}`
  return `${entry.seq},${entry.item},${money},${times},${entry.source}`
}

function sha256(text: string): string {
  return hash('sha256', text)
}
