import { randomUUID } from 'node:crypto'

/** What time it is. Handed in everywhere, so that a test or a simulation decides. */
export interface Clock {
  now(): Date
}

export type NewId = () => string

export const systemClock: Clock = { now: () => new Date() }

export const systemNewId: NewId = () => randomUUID()
