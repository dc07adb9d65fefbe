import { describe, expect, it } from 'vitest'
import { parseUsd } from '../../billing/money.ts'
import { adjust } from '../../db/corrections.ts'
import { readServiceState } from '../../db/service-states.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { JobContext } from '../../jobs/define-job.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { updateServiceState } from '../../jobs/update-service-state.ts'
import { setupWeb, type Web } from '../support/web.ts'

const HOSTS = { webhooks: { hosts: ['hooks.example.com', '127.0.0.1:9'], allowsLoopbackHttp: true } }

async function setupService() {
  const web = await setupWeb(undefined, () => Promise.resolve(HOSTS))
  let moves = 0
  return {
    ...web,
    /** Moves the balance and has the state decided. */
    move: async (usd: string, account = 'acct_a') => {
      moves += 1
      const change = { account, id: `move-${moves}`, amount: parseUsd(usd), reason: 'test', postedBy: 'test' }
      await inTransaction(web.db, (tx) => adjust(tx, change, web.clock.now()))
      await decide(web, account)
    },
  }
}

async function decide({ db, deps }: Web, account: string): Promise<void> {
  const unused = () => Promise.reject(new Error('service needs no such thing'))
  const context: JobContext = {
    ...deps,
    db,
    rateBook: createRateBook(db),
    stripe: null,
    mailer: null,
    webhooks: { send: unused },
    publicUrl: '',
    wake: () => Promise.resolve(),
    rateInTurn: unused,
    commitUsage: unused,
  }
  const prepared = updateServiceState.prepare({ v: 1, account })
  if ('fault' in prepared) throw new Error(prepared.fault)
  await prepared.run(context)
}

describe('the state of an account', () => {
  it('tells whether its service goes on, since when and why', async () => {
    const { get, move, clock } = await setupService()
    expect(await get('/v1/accounts/acct_a/service-state')).toEqual({
      account: 'acct_a',
      state: 'stopped',
      reason: 'no_credit',
      since: clock.now().toISOString(),
      seq: 0,
    })
    clock.advance(1_000)
    await move('5')
    expect(await get('/v1/accounts/acct_a/service-state')).toEqual({
      account: 'acct_a',
      state: 'active',
      reason: null,
      since: clock.now().toISOString(),
      seq: 1,
    })
  })

  it('is that of an account that there is', async () => {
    const { send } = await setupService()
    expect((await send('/v1/accounts/nobody/service-state')).status).toBe(404)
    expect((await send('/v1/accounts/nobody/runway')).status).toBe(404)
  })
})

describe('the states of all accounts', () => {
  it('come in pages, with the place from which the stream goes on', async () => {
    const { get, move } = await setupService()
    await move('5', 'acct_b')
    const first = await get('/v1/account-states?limit=1')
    expect(first).toMatchObject({ states: [{ account: 'acct_a', state: 'stopped' }], after: '1' })
    const second = await get(`/v1/account-states?limit=1&cursor=${first.next}`)
    expect(second).toMatchObject({ states: [{ account: 'acct_b', state: 'active' }], next: null })
    await move('5', 'acct_a')
    const { events } = await get(`/v1/service-events?after=${first.after}`)
    expect(events).toMatchObject([{ account: 'acct_a', seq: 1, state: 'active' }])
  })
})

describe('the stream of changes', () => {
  it('has each change once, in order, in pages', async () => {
    const { get, move, clock, db } = await setupService()
    for (const usd of ['5', '-5', '3']) await move(usd)
    await move('1', 'acct_b')
    const seen: unknown[] = []
    let after = '0'
    for (;;) {
      const page = await get(`/v1/service-events?after=${after}&limit=3`)
      if (page.events.length === 0) break
      seen.push(...page.events)
      after = page.after
    }
    expect(seen).toMatchObject([
      { account: 'acct_a', seq: 1, state: 'active', previous: 'stopped', available: '5.000000' },
      { account: 'acct_a', seq: 2, state: 'stopped', reason: 'no_credit', available: '0.000000' },
      { account: 'acct_a', seq: 3, state: 'active', at: clock.now().toISOString() },
      { account: 'acct_b', seq: 1, state: 'active' },
    ])
    expect(await readServiceState(db, 'acct_a')).toMatchObject({ seq: 3 })
  })

  it('holds an answer back until something happens', async () => {
    const { get, move } = await setupService()
    const waiting = get('/v1/service-events?after=0&wait=25')
    await move('5')
    expect(await waiting).toMatchObject({ events: [{ account: 'acct_a', seq: 1 }], after: '1' })
  })

  it('answers without events when the time is over', async () => {
    const { get } = await setupService()
    expect(await get('/v1/service-events?after=0&wait=1')).toEqual({ events: [], after: '0' })
  })

  it('misses nothing where many accounts change at once', async () => {
    const { get, db, clock, move, deps } = await setupService()
    await move('5', 'acct_a')
    await move('5', 'acct_b')
    const seen: { account: string; seq: number }[] = []
    let after = '0'
    const reader = (async () => {
      while (seen.length < 22) {
        const page = await get(`/v1/service-events?after=${after}&wait=25`)
        seen.push(...page.events)
        after = page.after
      }
    })()
    await Promise.all(
      ['acct_a', 'acct_b'].map(async (account) => {
        for (let turn = 0; turn < 10; turn++) {
          const usd = turn % 2 === 0 ? '-5' : '5'
          const change = {
            account,
            id: `turn-${turn}`,
            amount: parseUsd(usd),
            reason: 'test',
            postedBy: 'test',
          }
          await inTransaction(db, (tx) => adjust(tx, change, clock.now()))
          await decide({ db, deps } as Web, account)
        }
      }),
    )
    await reader
    for (const account of ['acct_a', 'acct_b']) {
      const seqs = seen.filter((event) => event.account === account).map(({ seq }) => seq)
      expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    }
  })

  it.each([
    ['after', 'after=-1'],
    ['after', 'after=x'],
    ['after', 'after=7'],
    ['after', ''],
    ['wait', 'after=0&wait=26'],
    ['limit', 'after=0&limit=0'],
  ])('refuses a bad %s: %s', async (field, query) => {
    const { send } = await setupService()
    const answer = await send(`/v1/service-events?${query}`)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ field })
  })
})

describe('an endpoint of webhooks', () => {
  const register = ({ post }: Pick<Web, 'post'>, body: unknown) =>
    post('/v1/webhook-endpoints', JSON.stringify(body))

  it('is registered with a secret that is shown once', async () => {
    const web = await setupService()
    const url = 'https://hooks.example.com/service'
    const { status, body } = await register(web, { url })
    expect(status).toBe(201)
    expect(body.secret).toMatch(/^rlwh_[\w-]{43}$/)
    const { endpoints } = await web.get('/v1/webhook-endpoints')
    expect(endpoints).toEqual([
      {
        id: body.id,
        url,
        events: ['active', 'ending', 'stopped'],
        createdAt: web.clock.now().toISOString(),
        failingSince: null,
        lastFailure: null,
      },
    ])
  })

  it('gets another secret', async () => {
    const web = await setupService()
    const { body } = await register(web, {
      url: 'https://hooks.example.com/',
      events: ['stopped', 'stopped'],
    })
    expect(body.events).toEqual(['stopped'])
    const rotated = await web.send(`/v1/webhook-endpoints/${body.id}/secrets`, { method: 'POST' })
    expect(rotated.status).toBe(201)
    expect(await rotated.json()).toEqual({ secret: expect.not.stringContaining(body.secret) })
  })

  it('is removed', async () => {
    const web = await setupService()
    const { body } = await register(web, { url: 'https://hooks.example.com/' })
    const remove = async () =>
      (await web.send(`/v1/webhook-endpoints/${body.id}`, { method: 'DELETE' })).status
    expect(await remove()).toBe(204)
    expect(await remove()).toBe(404)
    expect(await web.get('/v1/webhook-endpoints')).toEqual({ endpoints: [] })
    const rotated = await web.send(`/v1/webhook-endpoints/${body.id}/secrets`, { method: 'POST' })
    expect(rotated.status).toBe(404)
  })

  it.each([
    [{}, 'url', 'must be given'],
    [
      { url: 'https://169.254.169.254/latest/meta-data/' },
      'url',
      'must be on a host that WEBHOOK_HOSTS allows',
    ],
    [{ url: 'http://hooks.example.com/' }, 'url', 'must begin with https://'],
    [{ url: 'https://hooks.example.com/', events: [] }, 'events', 'must name a state'],
    [
      { url: 'https://hooks.example.com/', events: ['paused'] },
      'events.0',
      'must be of active, ending, stopped',
    ],
  ])('is refused with %j', async (wanted, field, rule) => {
    const web = await setupService()
    const { status, body } = await register(web, wanted)
    expect(status).toBe(400)
    expect(body).toMatchObject({ field, rule })
  })
})
