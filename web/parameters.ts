import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { parseInstant } from '../billing/instant.ts'
import { ACCOUNT_ID, isPhoneNumber, isReference } from '../billing/usage-fields.ts'
import { type Fault, invalidValue, invalidValues, Problem } from './problem.ts'

/** An ISO 8601 instant. A `+` that was not written as `%2B` arrives as a space, which no instant has. */
export const instant = z
  .string('must be given once')
  .describe('an ISO 8601 instant')
  .transform((text, context) => {
    const timeMs = parseInstant(text.replace(' ', '+'))
    if (timeMs !== null) return new Date(timeMs)
    context.addIssue('must be an ISO 8601 instant with offset, such as 2026-11-05T14:00:00Z')
    return z.NEVER
  })

/** A number as usage names it. A `+` that was not written as `%2B` arrives as a space. */
export const phoneNumber = z
  .string('must be given once')
  .describe('E.164 with +, or a short code of 2 to 8 digits')
  .transform((text) => text.replace(/^ /, '+'))
  .refine(
    (text) => isPhoneNumber(text),
    'must be E.164 with + (3 to 15 digits) or a short code of 2 to 8 digits',
  )

/** The producer's id of a call. */
export const callId = z
  .string('must be given once')
  .refine(isReference, 'must be a text of 1 to 128 characters')

/** A whole number from `min` to `max`. */
export function wholeNumber({ min, max }: { min: number; max: number }) {
  const rule = `must be a whole number from ${min} to ${max}`
  return z
    .string('must be given once')
    .regex(/^\d{1,9}$/, rule)
    .describe(`a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((count) => count >= min && count <= max, rule)
}

/** One of some words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, `must be one of ${words.join(', ')}`)
}

/** Checks the query string; throws the problem of its first fault. */
export function readQuery<Query>(schema: z.ZodType<Query>, query: unknown): Query {
  const parsed = schema.safeParse(query)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  if (issue?.code === 'unrecognized_keys') {
    throw invalidValue(issue.keys[0] ?? '', 'is not a parameter of this call')
  }
  throw invalidValue(issue?.path.join('.') ?? '', issue?.message ?? 'is not valid')
}

/** Checks a JSON body; throws the problem that names each field at fault. Unknown fields are ignored. */
export function readBody<Body>(schema: z.ZodType<Body>, { body }: FastifyRequest): Body {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }): Fault => {
    const field = path.join('.')
    return { field: field === '' ? 'body' : field, rule: message }
  })
  throw invalidValues(faults)
}

/** A part of the address below an account; null where it does not match, so that nothing can be there. */
export function partIn({ params }: FastifyRequest, name: string, pattern: RegExp): string | null {
  const parts: ReadonlyMap<string, unknown> = new Map(Object.entries(params ?? {}))
  const part = parts.get(name)
  return typeof part === 'string' && pattern.test(part) ? part : null
}

/** The account in the address. An id that cannot be one is an account that does not exist. */
export function accountIn({ params }: FastifyRequest): string {
  const account = typeof params === 'object' && params !== null && 'account' in params ? params.account : null
  if (typeof account === 'string' && ACCOUNT_ID.test(account)) return account
  throw unknownAccount()
}

export function unknownAccount(): Problem {
  return new Problem('unknown-account', { detail: 'there is no account with this id' })
}
