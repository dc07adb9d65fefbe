import { z } from 'zod'
import type { RateKey } from '../billing/rate-list.ts'
import { USAGE_ITEMS, USAGE_KINDS } from '../billing/usage-record.ts'

const keySchema = z.tuple([z.enum(USAGE_ITEMS), z.string().max(32), z.enum(USAGE_KINDS).nullable()])

/** Where a page of rates goes on: opaque to clients, so that it may change. */
export const ratesCursor = z
  .string('must be given once')
  .describe('the next of an earlier page')
  .transform((text, context): RateKey => {
    const parsed = keySchema.safeParse(readJson(Buffer.from(text, 'base64url').toString()))
    if (parsed.success) {
      const [item, prefix, kind] = parsed.data
      return { item, prefix, kind }
    }
    context.addIssue('must be the next of an earlier page')
    return z.NEVER
  })

/** The cursor of the page that goes on after this rate. */
export function ratesCursorAfter({ item, prefix, kind }: RateKey): string {
  return Buffer.from(JSON.stringify([item, prefix, kind])).toString('base64url')
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
