import { WrongCall } from './command.ts'

/** Reads an option that is a whole number from 1 to `max`. Throws WrongCall. */
export function readCount(text: string, option: string, max = 100_000): number {
  if (/^[1-9]\d{0,8}$/.test(text) && Number(text) <= max) return Number(text)
  throw new WrongCall(`${option} must be a whole number from 1 to ${max}`)
}
