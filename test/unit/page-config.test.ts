import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Config, ConfigError, loadConfig } from '../../config/config.ts'

const DATABASE_URL = 'postgres://ledger@db.example/live'
const SECRET = randomBytes(32).toString('base64')
const PUBLIC_KEY = derOf('ed25519')

function derOf(type: 'ed25519' | 'x25519'): string {
  const { publicKey } = type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519')
  return publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
}

function pageOf(env: Record<string, string>): Config['page'] {
  return loadConfig({ DATABASE_URL, ...env }).page
}

function faultOf(env: Record<string, string>): string {
  try {
    loadConfig({ DATABASE_URL, ...env })
  } catch (error) {
    if (error instanceof ConfigError) return error.message
  }
  return 'none'
}

describe('PAGE_TOKEN_KEYS', () => {
  it('are keys of both kinds, each bound to its algorithm', () => {
    const { tokenKeys } = pageOf({ PAGE_TOKEN_KEYS: `crm-1:HS256:${SECRET}, crm_2.b:EdDSA:${PUBLIC_KEY}` })
    expect(tokenKeys.map(({ id, algorithm, key }) => [id, algorithm, key.type])).toEqual([
      ['crm-1', 'HS256', 'secret'],
      ['crm_2.b', 'EdDSA', 'public'],
    ])
  })

  it.each([
    ['a secret that is too short', `crm:HS256:${randomBytes(31).toString('base64')}`],
    ['no secret', 'crm:HS256:'],
    ['an algorithm that is not taken', `crm:none:${SECRET}`],
    ['another one', `crm:RS256:${SECRET}`],
    ['a public key as a secret of the other kind', `crm:EdDSA:${SECRET}`],
    ['a public key that does not sign', `crm:EdDSA:${derOf('x25519')}`],
    ['no id', `:HS256:${SECRET}`],
    ['a blank among them', `crm:HS256:${SECRET},`],
    ['two keys of one id', `crm:HS256:${SECRET},crm:EdDSA:${PUBLIC_KEY}`],
  ])('refuse %s, and say so without it', (_what, keys) => {
    const fault = faultOf({ PAGE_TOKEN_KEYS: keys })
    expect(fault).toContain('- PAGE_TOKEN_KEYS must')
    for (const secret of [SECRET, PUBLIC_KEY]) expect(fault).not.toContain(secret)
  })
})

describe.each([
  {
    variable: 'FRAME_ANCESTORS',
    taken: ['https://crm.example.com', 'https://*.example.com', 'http://localhost:8080'],
    refused: [
      '*',
      'crm.example.com',
      'https://crm.example.com/path',
      "'self'",
      'https://a.example; script-src *',
    ],
  },
  {
    variable: 'TRUSTED_PROXIES',
    taken: ['10.0.0.0/8', '192.0.2.1', '2001:db8::/32', 'loopback', 'uniquelocal'],
    refused: ['10.0.0.0/33', '10.0.0', 'everybody', '1', '10.0.0.0/8/8'],
  },
])('$variable', ({ variable, taken, refused }) => {
  it('takes a list', () => {
    const { frameAncestors, trustedProxies } = pageOf({ [variable]: taken.join(', ') })
    expect([...frameAncestors, ...trustedProxies]).toEqual(taken)
  })

  it.each(refused)('refuses %s', (text) => {
    expect(faultOf({ [variable]: text })).toContain(`- ${variable} must be`)
  })
})
