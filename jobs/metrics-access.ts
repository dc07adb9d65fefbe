import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { BlockList, isIPv6 } from 'node:net'

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

/**
 * Whether a request may read /metrics: it presents the token, or, where there is none, it comes from this machine itself
 * and not by way of a proxy on it.
 */
export function mayReadMetrics({ headers, socket }: IncomingMessage, token: string | null): boolean {
  if (token !== null) {
    const presented = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]
    return presented !== undefined && timingSafeEqual(sha256(presented), sha256(token))
  }
  const isForwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined
  const address = socket.remoteAddress ?? ''
  return !isForwarded && address !== '' && LOOPBACK.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
