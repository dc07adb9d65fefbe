import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { withClient } from '../support/pg-client.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'

test('a dropped answer to COMMIT leaves the work done and the client without word of it', async () => {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  const proxy = await proxyTo(database.ownerUrl)
  const client = new pg.Client({ connectionString: proxy.through(database.ownerUrl) })
  client.on('error', () => undefined)
  await client.connect()

  await client.query('create table written (word text)')
  await client.query('begin')
  await client.query(`insert into written values ('committed')`)
  const dropped = proxy.dropAnswerTo(/commit/i)
  await expect(client.query('commit')).rejects.toThrow()
  await dropped

  const { rows } = await withClient(proxy.through(database.ownerUrl), (next) =>
    next.query('select word from written'),
  )
  expect(rows).toEqual([{ word: 'committed' }])
})

test('a message that arrives in two pieces is still found', async () => {
  const { client, proxy } = await connectedToEcho()
  const dropped = proxy.dropAnswerTo(/commit/)

  client.write('com')
  await answers(client, 'com')
  client.write('mit')
  await dropped
})

test('an answer to what was sent before is not dropped', async () => {
  const { client, proxy } = await connectedToEcho()

  client.write('commit')
  await answers(client, 'commit')
  void proxy.dropAnswerTo(/commit/)
  client.write('select')
  await answers(client, 'select')
})

test('a cut resets the connections there are and serves new ones', async () => {
  const { client, proxy } = await connectedToEcho()

  const lost = once(client, 'data')
  proxy.cut()
  await expect(lost).rejects.toThrow('ECONNRESET')
  await connectTo(proxy.port)
})

test('a black hole keeps everything until it ends, then passes it on in order', async () => {
  const { client, proxy, direct, seenByServer } = await connectedToEcho()

  proxy.blackhole()
  client.write('one ')
  client.write('two')
  direct.write('beside')
  await answers(direct, 'beside')
  expect(seenByServer()).toBe('beside')

  proxy.forward()
  await answers(client, 'one two')
})

test('what is delayed stays in order when the delay ends', async () => {
  const { client, proxy, direct } = await connectedToEcho()

  proxy.delay(50)
  client.write('one ')
  direct.write('beside')
  await answers(direct, 'beside')
  proxy.delay(0)
  client.write('two')
  await answers(client, 'one two')
})

async function proxyTo(url: string): Promise<TcpProxy> {
  const proxy = await startTcpProxy(url)
  onTestFinished(() => proxy.close())
  return proxy
}

/** Clients of a server that says back what it hears: one by way of a proxy, one beside it. */
async function connectedToEcho() {
  let seen = ''
  const echo = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.on('data', (bytes) => {
      seen += bytes
      socket.write(bytes)
    })
  })
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
  onTestFinished(() => void echo.close())
  const { port } = echo.address() as AddressInfo
  const proxy = await proxyTo(`tcp://127.0.0.1:${port}`)
  const [client, direct] = await Promise.all([connectTo(proxy.port), connectTo(port)])
  seen = ''
  return { proxy, client, direct, seenByServer: () => seen }
}

/** Connected all the way to the server, which has answered once. */
async function connectTo(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.write('hello')
  await answers(socket, 'hello')
  return socket
}

/** Resolves when the next answers together are exactly these. */
async function answers(socket: Socket, expected: string): Promise<void> {
  let heard = ''
  while (heard.length < expected.length) heard += (await once(socket, 'data'))[0]
  expect(heard).toBe(expected)
}
