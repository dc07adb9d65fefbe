import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { systemNewId } from '../../config/clock.ts'
import { startScheduler } from '../../workers/start-scheduler.ts'
import { openOperatorBrowser, postLogin } from '../support/operators.ts'
import { startOwnRedis } from '../support/own-redis.ts'
import { openSession, PAGE_TOKEN_KEYS, SIGNING_KEYS } from '../support/page-session.ts'
import { STRIPE_KEY, STRIPE_WEBHOOK_SECRET } from '../support/payments.ts'
import { cardFields, confirmInBrowser, setupWebPayments } from '../support/payments-web.ts'
import { callRecord } from '../support/usage.ts'

const CARD_NUMBER = '4000000000000002'
const METRICS_TOKEN = 'marker-of-the-metrics-token'

test('no key, token, cookie or card number is in logs, in Redis, or in mails', async () => {
  const redis = await startOwnRedis()
  const web = await setupWebPayments({
    backend: redis,
    reach: (config) =>
      Promise.resolve({ metricsToken: METRICS_TOKEN, page: { ...config.page, tokenKeys: PAGE_TOKEN_KEYS } }),
  })
  await web.startPaymentWorker()
  const scheduler = startScheduler({
    config: web.servedConfig,
    log: web.logged.log,
    clock: web.clock,
    newId: systemNewId,
  })
  const browser = await openOperatorBrowser(web)
  const session = await openSession(web)
  const setup = await web.call('POST', '/v1/accounts/acct_a/card/setup', {
    json: { role: 'default', consent: { by: 'owner', textVersion: '1' } },
    headers: { 'idempotency-key': 'setup-1' },
  })

  // Everything that goes wrong says something to the log.
  await confirmInBrowser(web, setup.body.setupIntent, cardFields(CARD_NUMBER))
  await expect(web.payments.registerCard('pm_card_chargeDeclined')).rejects.toThrow()
  await web.pay('25.00')
  await session.send('/v1/accounts/acct_a/topups', { method: 'POST', body: '{' })
  await web.send('/v1/usage', {
    method: 'POST',
    body: 'no json',
    headers: { 'content-type': 'application/json' },
  })
  await web.send('/v1/accounts/acct_a/balance', { headers: { authorization: `Bearer ${web.key}x` } })
  await web.send('/webhooks/stripe', {
    method: 'POST',
    body: '{}',
    headers: { 'stripe-signature': 't=1,v1=0' },
  })
  await web.send('/metrics', { headers: { authorization: `Bearer ${METRICS_TOKEN}x` } })
  await postLogin(web, { user: 'op-admin', password: `${browser.password}x` })
  await browser.page('/accounts')
  await web.post(
    '/v1/usage',
    JSON.stringify({ v: 1, records: [callRecord(), callRecord({ to: '+19005550100' })] }),
  )
  await web.logged.line('usage kept as unrated')
  await scheduler.stop(5_000)

  const secrets = {
    'Stripe key': STRIPE_KEY,
    'webhook secret': STRIPE_WEBHOOK_SECRET,
    'card number': CARD_NUMBER,
    'client secret': setup.body.clientSecret,
    'service key': web.key,
    'metrics token': METRICS_TOKEN,
    'operator password': browser.password,
    'operator cookie': browser.cookie.split('=')[1] ?? '',
    'session cookie': session.cookie.split('=')[1] ?? '',
    'session token against forgery': session.session.csrfToken,
    'page token key': SIGNING_KEYS['crm-1'].export().toString('latin1'),
    'database password': new URL(web.config.databaseUrl).password,
  }
  const mails = await web.db.selectFrom('mails').select(['content', 'detail']).execute()
  const places = {
    logs: web.logged.lines.map((line) => JSON.stringify(line)),
    redis: await everythingIn(redis.redisUrl),
    mails: mails.map((mail) => JSON.stringify(mail)),
  }
  expect(places.logs.length).toBeGreaterThan(10)
  expect(places.redis.join()).toContain('charge-usage')
  const found = Object.entries(secrets).flatMap(([name, secret]) => {
    expect(secret.length, name).toBeGreaterThan(3)
    return Object.entries(places).flatMap(([place, texts]) =>
      texts.filter((text) => text.includes(secret)).map((text) => `${name} in ${place}: ${text}`),
    )
  })
  expect(found).toEqual([])
})

/** Every key of a Redis with its content. */
async function everythingIn(url: string): Promise<string[]> {
  const redis = new Redis(url)
  try {
    const keys = await redis.keys('*')
    return await Promise.all(keys.map(async (key) => `${key} ${JSON.stringify(await contentOf(redis, key))}`))
  } finally {
    redis.disconnect()
  }
}

async function contentOf(redis: Redis, key: string): Promise<unknown> {
  switch (await redis.type(key)) {
    case 'hash':
      return await redis.hgetall(key)
    case 'list':
      return await redis.lrange(key, 0, -1)
    case 'set':
      return await redis.smembers(key)
    case 'zset':
      return await redis.zrange(key, '0', '-1')
    case 'stream':
      return await redis.xrange(key, '-', '+')
    default:
      return await redis.get(key)
  }
}
