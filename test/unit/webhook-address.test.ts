import { describe, expect, it } from 'vitest'
import { webhookAddressFault } from '../../billing/webhook-address.ts'

const hosts = ['hooks.example.com', 'hooks.example.com:8443', '127.0.0.1:9999', 'localhost', '[::1]:9999']
const HTTPS = 'must begin with https://'
const HOST = 'must be on a host that WEBHOOK_HOSTS allows'

describe('an address for webhooks', () => {
  it.each([
    'https://hooks.example.com/service?team=a',
    'https://HOOKS.example.com/',
    'https://hooks.example.com:443/',
    'https://hooks.example.com:8443/',
    'http://127.0.0.1:9999/',
    'http://localhost/',
    'http://[::1]:9999/',
    // 127.0.0.1 in decimal notation, which is what is sent to.
    'http://2130706433:9999/',
  ])('may be %s', (address) => {
    expect(webhookAddressFault(address, { hosts, allowsLoopbackHttp: true })).toBeNull()
  })

  it.each([
    ['no url', 'must be a URL'],
    ['//hooks.example.com/', 'must be a URL'],
    ['http://hooks.example.com/', HTTPS],
    ['ftp://hooks.example.com/', HTTPS],
    ['file:///etc/passwd', HTTPS],
    ['javascript:alert(1)', HTTPS],
    ['https://hooks.example.com:9/', HOST],
    ['https://hooks.example.com./', HOST],
    ['https://hooks.example.com.evil.example/', HOST],
    ['https://evil.example/hooks.example.com', HOST],
    ['https://evil.example#hooks.example.com', 'must not hold a fragment'],
    ['https://hooks.example.com@evil.example/', 'must not hold a user name or password'],
    ['https://evil.example\\@hooks.example.com/', HOST],
    ['https://a:b@hooks.example.com/', 'must not hold a user name or password'],
    ['https://169.254.169.254/latest/meta-data/', HOST],
    ['http://169.254.169.254/latest/meta-data/', HTTPS],
    ['https://[fd00:ec2::254]/', HOST],
    ['http://127.0.0.1:6379/', HOST],
    ['http://0.0.0.0:9999/', HTTPS],
    ['https://10.0.0.1/', HOST],
    ['https://[::ffff:127.0.0.1]/', HOST],
  ])('may not be %s', (address, fault) => {
    expect(webhookAddressFault(address, { hosts, allowsLoopbackHttp: true })).toBe(fault)
  })

  it('on this machine needs TLS too in production', () => {
    expect(webhookAddressFault('http://127.0.0.1:9999/', { hosts, allowsLoopbackHttp: false })).toBe(HTTPS)
  })
})
