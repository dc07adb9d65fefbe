import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface ReceivedWebhook {
  readonly headers: IncomingHttpHeaders
  /** As it came. */
  readonly body: string
}

export interface WebhookReceiver {
  /** As a URL and WEBHOOK_HOSTS name it. */
  readonly host: string
  readonly url: string
  readonly received: readonly ReceivedWebhook[]
  /** The bodies, read. */
  readonly events: readonly {
    readonly id: string
    readonly account: string
    readonly seq: number
    readonly state: string
  }[]
  /** What it answers from now on: a status, `silence` for no answer at all, or `reset` for a broken connection. */
  answer: number | 'silence' | 'reset'
  /** Resolves when it has received this many. */
  arrived(count: number): Promise<void>
}

/** A server that takes webhooks, whatever they say. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
      if (receiver.answer === 'reset') request.socket.destroy()
      else if (receiver.answer !== 'silence') {
        response.writeHead(receiver.answer, { location: 'http://127.0.0.1:1/elsewhere' }).end('taken')
      }
      for (const { count, resolve } of waiting) if (received.length >= count) resolve()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const receiver: WebhookReceiver = {
    host,
    url: `http://${host}/service`,
    received,
    get events() {
      return received.map(({ body }) => JSON.parse(body))
    },
    answer: 200,
    arrived: async (count) => {
      if (received.length >= count) return
      await new Promise<void>((resolve) => waiting.push({ count, resolve }))
    },
  }
  return receiver
}
