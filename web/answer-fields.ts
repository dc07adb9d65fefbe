import { z } from 'zod'

/** USD with six places, signed from the customer's side. */
export const money = z.string().regex(/^-?\d+\.\d{6}$/)

/** An instant in UTC with milliseconds. */
export const time = z.iso.datetime({ precision: 3 })
