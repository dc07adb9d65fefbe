import { z } from 'zod'

/** A mail that the fake has accepted. */
export interface FakeMail {
  /** As `X-Message-Id` said. */
  readonly id: string
  /** ISO instant. */
  readonly acceptedAt: string
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly headers: Readonly<Record<string, string>>
  readonly customArgs: Readonly<Record<string, string>>
}

/** One line of SendGrid's `{ errors: [...] }`. */
export interface SendGridError {
  readonly message: string
  readonly field: string | null
  readonly help: string | null
}

const address = z.object({
  email: z.string().regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/),
  name: z.string().optional(),
})
const texts = z.record(z.string(), z.string())

const mailRequest = z.object({
  personalizations: z.array(z.object({ to: z.array(address).min(1).max(1_000) })).length(1),
  from: address,
  subject: z.string().regex(/^[^\r\n]+$/),
  content: z.array(z.object({ type: z.string().min(1), value: z.string().min(1) })).min(1),
  headers: texts.default({}),
  custom_args: texts.default({}),
})

/** Reads the body of `POST /v3/mail/send`: the mail without its id and time, or SendGrid's errors. */
export function readMailRequest(
  body: string,
): Omit<FakeMail, 'id' | 'acceptedAt'> | { readonly errors: readonly SendGridError[] } {
  const parsed = mailRequest.safeParse(parseJson(body))
  if (!parsed.success) {
    return { errors: parsed.error.issues.map((issue) => errorOf(issue.path.join('.') || null)) }
  }
  const { personalizations, from, subject, content, headers, custom_args } = parsed.data
  const to = personalizations.flatMap((one) => one.to.map(({ email }) => email))
  if (new Set(to.map((email) => email.toLowerCase())).size < to.length) return { errors: [REPEATED] }
  if (Object.keys(headers).some((name) => RESERVED_HEADERS.has(name.toLowerCase()))) {
    return { errors: [{ message: 'One of the headers is reserved.', field: 'headers', help: HELP }] }
  }
  const partOf = (type: string) => content.find((part) => part.type === type)?.value ?? ''
  return {
    from: from.name === undefined ? from.email : `${from.name} <${from.email}>`,
    to,
    subject,
    text: partOf('text/plain'),
    html: partOf('text/html'),
    headers,
    customArgs: custom_args,
  }
}

const HELP = 'http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html'
const REPEATED: SendGridError = {
  message: 'Each email address in the personalization block should be unique between to, cc, and bcc.',
  field: 'personalizations',
  help: HELP,
}
const RESERVED_HEADERS = new Set([
  'x-sg-id',
  'x-sg-eid',
  'received',
  'dkim-signature',
  'content-type',
  'content-transfer-encoding',
  'to',
  'from',
  'subject',
  'reply-to',
  'cc',
  'bcc',
])

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function errorOf(field: string | null): SendGridError {
  if (field === null) return { message: 'Bad Request', field: null, help: null }
  const message = field.endsWith('email')
    ? 'Does not contain a valid address.'
    : `The ${field} parameter is required or not valid.`
  return { message, field, help: `${HELP}#message.${field}` }
}
