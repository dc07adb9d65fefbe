import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import { SIGNATURE_HEADER, signatureFault, TIMESTAMP_HEADER } from '../clients/send-grid-signature.ts'
import type { MailEvent } from '../db/mail-events.ts'
import { Problem } from './problem.ts'

/** What is read of an event; there is much more, and there will be. */
const eventSchema = z.object({
  sg_event_id: z.string().regex(/^[\x21-\x7e]{1,200}$/),
  event: z.string().regex(/^[a-z_]{1,50}$/),
  timestamp: z.number().int().min(0).max(99_999_999_999),
  reason: z.string().optional(),
  response: z.string().optional(),
  // The arguments that our mails carry; other mails of the same SendGrid account may carry anything.
  account: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional()
    .catch(undefined),
  mail: z.uuid().optional().catch(undefined),
})

export interface EventDelivery {
  readonly events: readonly MailEvent[]
  /** How many could not be read; nobody can mend them, so they are not asked for again. */
  readonly unreadable: number
}

/**
 * Reads a delivery of SendGrid's event webhook. Throws a Problem unless it is signed by the key, lately, and a JSON list.
 * Events of mails that are none of ours name no mail.
 */
export function readEventDelivery(
  rawBody: Buffer,
  headers: IncomingHttpHeaders,
  { publicKey, now }: { publicKey: string; now: Date },
): EventDelivery {
  const delivery = {
    rawBody,
    signature: textOf(headers[SIGNATURE_HEADER]),
    timestamp: textOf(headers[TIMESTAMP_HEADER]),
  }
  const fault = signatureFault(delivery, { publicKey, now })
  if (fault !== null) throw new Problem('bad-request', { detail: `the delivery is not taken: ${fault}` })
  const list = parseList(rawBody)
  const events = list.flatMap((raw) => {
    const parsed = eventSchema.safeParse(raw)
    return parsed.success ? [toMailEvent(parsed.data)] : []
  })
  return { events, unreadable: list.length - events.length }
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined
}

function parseList(rawBody: Buffer): unknown[] {
  let parsed: unknown
  try {
    parsed = isUtf8(rawBody) ? JSON.parse(rawBody.toString('utf8')) : null
  } catch {
    throw new Problem('malformed-body', { detail: 'the body is not JSON' })
  }
  if (!Array.isArray(parsed))
    throw new Problem('malformed-body', { detail: 'the body is not a list of events' })
  return parsed
}

function toMailEvent(event: z.infer<typeof eventSchema>): MailEvent {
  const { account, mail } = event
  return {
    id: event.sg_event_id,
    key: account !== undefined && mail !== undefined ? { account, mail } : null,
    kind: event.event,
    reason: event.reason ?? event.response ?? null,
    happenedAt: new Date(event.timestamp * 1_000),
  }
}
