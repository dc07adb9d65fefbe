import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { setupWeb } from '../support/web.ts'

test('clients that never end their heads are cut off, and keep nobody waiting', {
  timeout: 60_000,
}, async () => {
  const { web } = await setupWeb()
  const { port, hostname } = new URL(web.url)
  const slow = Array.from({ length: 50 }, () => connect(Number(port), hostname))
  const answers = slow.map(async (socket) => {
    let text = ''
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    await once(socket, 'close')
    return text
  })
  for (const socket of slow) socket.write('GET /healthz HTTP/1.1\r\nhost: billing.example.com\r\nx-slow: ')

  expect((await fetch(`${web.url}/healthz`)).status).toBe(200)
  for (const text of await Promise.all(answers)) expect(text).toMatch(/^HTTP\/1\.1 408 .*request-timeout/s)
  expect((await fetch(`${web.url}/healthz`)).status).toBe(200)
})
