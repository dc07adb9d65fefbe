import { WrongCall } from './command.ts'

/** Reads an option that is a whole number from 1 to 100 000. Throws WrongCall. */
export function readCount(text: string, option: string): number {
  if (/^[1-9]\d{0,4}$/.test(text) || text === '100000') return Number(text)
  throw new WrongCall(`${option} must be a whole number from 1 to 100000`)
}
