import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Clock } from '../../config/clock.ts'
import { type Answer, errorAnswer, jsonAnswer } from './answer.ts'
import { type EventWebhook, FakeEvents } from './events.ts'
import { answerOfFault, type Fault, Faults } from './faults.ts'
import { type FakeMail, readMailRequest } from './mail-request.ts'
import { MailStore } from './mail-store.ts'
import { type PageLinks, pageOf } from './pages.ts'

const BODY_BYTES_MAX = 30 * 1_048_576

export interface FakeSendGridOptions {
  /** 0 picks a free one. */
  readonly port: number
  readonly apiKey: string
  /** Where signed events go; null sends none. */
  readonly webhook: EventWebhook | null
  readonly clock: Clock
  /** Keeps the mails across restarts. */
  readonly dataFile?: string
}

export interface FakeSendGrid {
  readonly url: string
  /** Accepted, newest last. */
  readonly mails: readonly FakeMail[]
  readonly faults: Faults
  readonly events: FakeEvents
  /** Of its page for people, at `/`. */
  readonly links: PageLinks
  /** Mails to this address are accepted and reported as dropped. */
  suppress(address: string): Promise<void>
  /** The first mail that matches, now or later. */
  waitForMail(matches: (mail: FakeMail) => boolean): Promise<FakeMail>
  stop(): Promise<void>
}

/**
 * Starts a stand-in for SendGrid's `POST /v3/mail/send` and event webhook on 127.0.0.1, with a page that shows the mails
 * at `/`. It delivers to nobody.
 */
export async function startFakeSendGrid(options: FakeSendGridOptions): Promise<FakeSendGrid> {
  const { apiKey, clock } = options
  const store = await MailStore.open(options.dataFile)
  const faults = new Faults()
  const events = new FakeEvents(options.webhook, clock)
  const links: PageLinks = { payments: null }
  const deps: Deps = { apiKey, clock, store, faults, events, links }
  const server = createServer((request, response) => {
    serve(request, response, deps).catch((error: unknown) => {
      respond(response, errorAnswer(500, error instanceof Error ? error.message : String(error)))
    })
  })
  server.listen(options.port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the fake SendGrid has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    mails: store.mails,
    faults,
    events,
    links,
    suppress: (suppressed) => store.suppress(suppressed),
    waitForMail: (matches) => store.waitFor(matches),
    stop: async () => {
      await events.stop()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

interface Deps {
  readonly apiKey: string
  readonly clock: Clock
  readonly store: MailStore
  readonly faults: Faults
  readonly events: FakeEvents
  readonly links: PageLinks
}

async function serve(request: IncomingMessage, response: ServerResponse, deps: Deps): Promise<void> {
  const { method, url = '/' } = request
  if (method === 'GET') return respond(response, pageOf(url, deps.store.mails, deps.links))
  if (method !== 'POST' || url !== '/v3/mail/send') return respond(response, errorAnswer(404, 'not found'))
  const body = await readBody(request)
  const fault = deps.faults.take()
  const answer = fault && fault.kind !== 'drop_answer' ? answerOfFault(fault, deps.clock) : null
  respond(response, answer ?? (await takeMail(body, request.headers.authorization, deps)), fault)
}

/** Null when it is larger than SendGrid takes. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size <= BODY_BYTES_MAX) chunks.push(chunk)
  }
  return size > BODY_BYTES_MAX ? null : Buffer.concat(chunks).toString('utf8')
}

async function takeMail(body: string | null, authorization: string | undefined, deps: Deps): Promise<Answer> {
  const { apiKey, clock, store, events } = deps
  if (authorization !== `Bearer ${apiKey}`) {
    return errorAnswer(401, 'The provided authorization grant is invalid, expired, or revoked')
  }
  if (body === null) return errorAnswer(413, 'payload too large')
  const read = readMailRequest(body)
  if ('errors' in read) return jsonAnswer(400, { errors: read.errors })
  const mail = { ...read, id: randomBytes(16).toString('base64url'), acceptedAt: clock.now().toISOString() }
  await store.add(mail)
  events.report(mail, { isSuppressed: (address) => store.isSuppressed(address) })
  return { status: 202, headers: { 'x-message-id': mail.id }, body: '' }
}

function respond(
  response: ServerResponse,
  { status, headers, body }: Answer,
  fault: Fault | null = null,
): void {
  if (fault?.kind === 'hang') return
  if (fault?.kind === 'cut' || fault?.kind === 'drop_answer') response.destroy()
  else response.writeHead(status, headers).end(body)
}
