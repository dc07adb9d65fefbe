/** Where webhooks may be sent. */
export interface WebhookRules {
  /** As a URL names them, with the port where it is not the usual one: `hooks.example.com`, `hooks.example.com:8443`. */
  readonly hosts: readonly string[]
  /** Whether hosts on this machine may be reached without TLS. */
  readonly allowsLoopbackHttp: boolean
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * The rule that an address for webhooks breaks; null when it may be sent to. The list of hosts is what keeps whoever may
 * register one from having requests made to addresses inside.
 */
export function webhookAddressFault(
  address: string,
  { hosts, allowsLoopbackHttp }: WebhookRules,
): string | null {
  if (!URL.canParse(address)) return 'must be a URL'
  const { protocol, hostname, host, username, password, hash } = new URL(address)
  const mayBePlain = allowsLoopbackHttp && LOOPBACK.has(hostname)
  if (protocol !== 'https:' && !(protocol === 'http:' && mayBePlain)) return 'must begin with https://'
  if (username !== '' || password !== '') return 'must not hold a user name or password'
  if (hash !== '') return 'must not hold a fragment'
  return hosts.includes(host) ? null : 'must be on a host that WEBHOOK_HOSTS allows'
}
