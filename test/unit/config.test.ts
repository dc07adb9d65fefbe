import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ConfigError, loadConfig, VARIABLES } from '../../config/config.ts'
import { newSigningKey } from '../../sandbox/fake-sendgrid/signing-key.ts'

const DATABASE_URL = 'postgres://ledger:geheim@db.example/live'

describe('the configuration', () => {
  it('needs a database alone', () => {
    expect(loadConfig({ DATABASE_URL })).toEqual({
      databaseUrl: DATABASE_URL,
      migrateDatabaseUrl: DATABASE_URL,
      databasePoolMax: 10,
      redisUrl: null,
      queuePrefix: 'ringledger',
      usageShards: 2,
      workerShards: [0, 1],
      port: 3000,
      host: '127.0.0.1',
      logLevel: 'info',
      emergencyNumbers: new Set(['911', '112', '999', '000', '110', '119']),
      publicUrl: 'http://127.0.0.1:3000',
      stripe: null,
      mail: null,
      metricsPort: null,
      metricsToken: null,
      tracesEndpoint: null,
      webhooks: { hosts: [], allowsLoopbackHttp: true },
      page: {
        tokenKeys: [],
        frameAncestors: [],
        trustedProxies: [],
        rateLimits: { key: 30_000, stream: 1_200_000, session: 1_200, address: 1_200 },
      },
    })
  })

  it('knows Stripe and SendGrid by their keys, and takes several webhook secrets while they are rotated', () => {
    const config = loadConfig({
      DATABASE_URL,
      PUBLIC_URL: 'https://billing.example.com/',
      STRIPE_SECRET_KEY: 'sk_test_1',
      STRIPE_WEBHOOK_SECRET: 'whsec_old, whsec_new',
      SENDGRID_API_KEY: 'SG.1',
      SENDGRID_WEBHOOK_PUBLIC_KEY: newSigningKey().publicKey,
      MAIL_FROM: 'billing@example.com',
    })

    expect(config).toMatchObject({
      publicUrl: 'https://billing.example.com',
      stripe: {
        secretKey: 'sk_test_1',
        publishableKey: null,
        apiBase: 'https://api.stripe.com',
        webhookSecrets: ['whsec_old', 'whsec_new'],
      },
      mail: { apiKey: 'SG.1', apiBase: 'https://api.sendgrid.com', from: 'billing@example.com' },
    })
  })

  it('takes an empty variable for one that is not set', () => {
    expect(loadConfig({ DATABASE_URL, REDIS_URL: '', PORT: '' })).toEqual(loadConfig({ DATABASE_URL }))
  })

  it('names every fault at once and never a value', () => {
    const env = {
      DATABASE_URL: 'mysql://root:geheim@db',
      REDIS_URL: 'geheim',
      PORT: '70000',
      WORKER_SHARDS: 'all',
    }

    const message = faultOf(env)

    expect(message).toMatch(/- DATABASE_URL .*- REDIS_URL .*- WORKER_SHARDS .*- PORT /s)
    for (const value of ['geheim', 'mysql', '70000', 'all\n']) expect(message).not.toContain(value)
  })

  it.each([
    { rule: 'a database', env: {}, says: 'DATABASE_URL is missing' },
    {
      rule: 'Redis in production',
      env: { DATABASE_URL, NODE_ENV: 'production' },
      says: 'REDIS_URL is missing: the PostgreSQL queue back end is refused under NODE_ENV=production',
    },
    {
      rule: 'only shards that there are',
      env: { DATABASE_URL, USAGE_SHARDS: '2', WORKER_SHARDS: '1,2' },
      says: 'WORKER_SHARDS names a shard that USAGE_SHARDS does not have',
    },
    {
      rule: 'the whole of Stripe',
      env: { DATABASE_URL, STRIPE_SECRET_KEY: 'sk_test_geheim' },
      says: 'STRIPE_WEBHOOK_SECRET is missing: Stripe needs it',
    },
    {
      rule: 'webhook secrets that are not blank',
      env: { DATABASE_URL, STRIPE_SECRET_KEY: 'sk_test_geheim', STRIPE_WEBHOOK_SECRET: 'whsec_a, ' },
      says: 'STRIPE_WEBHOOK_SECRET must be one secret, or several separated by commas, and none of them blank',
    },
    {
      rule: 'the whole of SendGrid',
      env: { DATABASE_URL, SENDGRID_API_KEY: 'SG.geheim', MAIL_FROM: 'billing@example.com' },
      says: 'SENDGRID_WEBHOOK_PUBLIC_KEY is missing: SendGrid needs it',
    },
    ...['PUBLIC_URL', 'STRIPE_SECRET_KEY', 'STRIPE_PUBLISHABLE_KEY', 'SENDGRID_API_KEY'].map((name) => ({
      rule: `${name} in production`,
      env: { DATABASE_URL, NODE_ENV: 'production' },
      says: `${name} is missing`,
    })),
    {
      rule: 'an address of the web',
      env: { DATABASE_URL, PUBLIC_URL: 'billing.example.com' },
      says: 'PUBLIC_URL must be a URL that starts with http:// or https://',
    },
    {
      rule: 'emergency numbers that a record could have',
      env: { DATABASE_URL, EMERGENCY_NUMBERS: '911, 1-800' },
      says: 'EMERGENCY_NUMBERS must be short codes of 2 to 8 digits, or E.164 with +, separated by commas',
    },
    {
      rule: 'hosts for webhooks without a scheme or a pattern',
      env: { DATABASE_URL, WEBHOOK_HOSTS: 'hooks.example.com, https://example.com' },
      says: 'WEBHOOK_HOSTS must be hosts separated by commas',
    },
  ])('insists on $rule', ({ env, says }) => {
    expect(faultOf(env)).toContain(says)
  })
})

describe('.env.example', () => {
  const example = parseEnv(readFileSync(join(import.meta.dirname, '..', '..', '.env.example'), 'utf8'))

  it('names every variable that is read, and no other', () => {
    expect(Object.keys(example).sort()).toEqual([...VARIABLES].sort())
  })

  it('is a working configuration', () => {
    expect(loadConfig(example)).toMatchObject({ usageShards: 2, queuePrefix: 'ringledger' })
  })
})

function faultOf(env: Record<string, string>): string {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return expect.unreachable('no fault was found')
}
