import { z } from 'zod'

/** Where a page of entries goes on: opaque to clients, so that it may change. */
export const cursor = z
  .string('must be given once')
  .describe('the next of an earlier page')
  .transform((text, context) => {
    const seq = /^seq:([1-9]\d{0,17})$/.exec(Buffer.from(text, 'base64url').toString('latin1'))?.[1]
    if (seq !== undefined) return BigInt(seq)
    context.addIssue('must be the next of an earlier page')
    return z.NEVER
  })

/** The cursor of the page that goes on after this entry. */
export function cursorAfter(seq: bigint): string {
  return Buffer.from(`seq:${seq}`).toString('base64url')
}
