import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Json } from './web.ts'

export interface ReceivedSpan {
  readonly service: string
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | null
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly attributes: ReadonlyMap<string, unknown>
}

export interface OtlpReceiver {
  readonly url: string
  readonly spans: ReceivedSpan[]
}

/** Takes traces as OTLP over HTTP in JSON, until the test has ended. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (request.url === '/v1/traces') spans.push(...spansOf(JSON.parse(Buffer.concat(chunks).toString())))
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans }
}

function spansOf(body: Json): ReceivedSpan[] {
  return body.resourceSpans.flatMap(({ resource, scopeSpans }: Json) =>
    scopeSpans.flatMap(({ spans }: Json) =>
      spans.map((span: Json) => ({
        service: attributesOf(resource.attributes).get('service.name'),
        name: span.name,
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId || null,
        links: span.links ?? [],
        attributes: attributesOf(span.attributes),
      })),
    ),
  )
}

function attributesOf(attributes: Json): Map<string, unknown> {
  return new Map(attributes.map(({ key, value }: Json) => [key, Object.values(value)[0]]))
}
