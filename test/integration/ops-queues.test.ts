import { describe, expect, test, vi } from 'vitest'
import { addFailedJob } from '../support/failed-job.ts'
import { openOperatorBrowser } from '../support/operators.ts'
import { queueBackends } from '../support/queue-backends.ts'
import { callRecord } from '../support/usage.ts'
import { type Json, setupWeb } from '../support/web.ts'

const SAME_ORIGIN = { 'sec-fetch-site': 'same-origin' }
const MONEY_QUEUES = ['usage-0', 'usage-1', 'recharge', 'topup', 'stripe', 'nightly']

describe.each(queueBackends())('the board of queues on $name', (backend) => {
  test('shows every queue and its jobs, without whole phone numbers', async () => {
    const web = await setupWeb(backend)
    const browser = await openOperatorBrowser(web, 'support')
    const record = { ...callRecord(), password: 'marker-of-a-secret' }
    await web.queue.add('charge-usage', { v: 1, records: [record] })

    const page = await browser.send('/queues')
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self';")
    const script = /src="(static\/js\/main[^"]+)"/.exec(await page.text())?.[1]
    expect((await browser.send(`/queues/${script}`)).status).toBe(200)

    const answer = await browser.send(
      '/queues/api/queues?activeQueue=usage-0&status=latest&page=1&jobsPerPage=10',
    )
    const { queues }: Json = await answer.json()
    const modes = new Map<string, boolean>(queues.map((one: Json) => [one.name, one.readOnlyMode]))
    expect([...modes.keys()]).toEqual(expect.arrayContaining([...MONEY_QUEUES, 'mail']))
    expect(MONEY_QUEUES.filter((name) => !modes.get(name))).toEqual([])
    const [job] = queues.find((one: Json) => one.name === 'usage-0').jobs
    expect(job.data).toMatchObject({ records: 1, first: [{ id: record.id, otherFields: 1 }] })
    expect(JSON.stringify(queues)).not.toContain(record.to)
    expect(JSON.stringify(queues)).not.toContain('marker-of-a-secret')
  })

  test('refuses every change of a queue that moves money', async () => {
    const web = await setupWeb(backend)
    const browser = await openOperatorBrowser(web, 'admin')
    const id = await addFailedJob(web, {
      kind: 'topup',
      queue: 'topup',
      name: 'advance-topup',
      data: { v: 1 },
      reason: 'declined for +12025550123',
    })
    const calls = [
      ['PUT', `/topup/${id}/retry`],
      ['PUT', `/topup/${id}/clean`],
      ['PUT', `/topup/${id}/promote`],
      ['PATCH', `/topup/${id}/update-data`],
      ['PATCH', `/topup/${id}/delay`],
      ['PATCH', `/topup/${id}/priority`],
      ['PUT', '/topup/retry/failed'],
      ['PUT', '/topup/promote'],
      ['PUT', '/topup/clean/failed'],
      ['PUT', '/topup/pause'],
      ['PUT', '/topup/empty'],
      ['PUT', '/topup/obliterate'],
      ['POST', '/topup/add'],
    ] as const
    for (const [method, path] of calls) {
      const answer = await browser.send(`/queues/api/queues${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          name: 'advance-topup',
          data: {},
          options: {},
          jobData: {},
          runAt: 1,
          priority: 1,
          force: true,
        }),
      })
      expect({ path, status: answer.status }).toEqual({ path, status: 405 })
    }
    const seen: Json = await (await browser.send(`/queues/api/queues/topup/${id}`)).json()
    expect(seen).toMatchObject({ status: 'failed', job: { failedReason: 'declined for +1202•••••••' } })
    expect(JSON.stringify(seen)).not.toContain('2025550123')
  })

  test('lets an admin retry a mail, notes who did, and lets nobody else', async () => {
    const web = await setupWeb(backend)
    const admin = await openOperatorBrowser(web, 'admin')
    const support = await openOperatorBrowser(web, 'support')
    const data = { v: 1, account: 'acct_a', mail: '00000000-0000-4000-8000-000000000001' }
    const id = await addFailedJob(web, {
      kind: 'mail',
      queue: 'mail',
      name: 'send-mail',
      data,
      reason: 'away',
    })
    const path = `/queues/api/queues/mail/${id}/retry`

    expect((await support.send(path, { method: 'PUT', headers: SAME_ORIGIN })).status).toBe(403)
    const crossSite = await admin.send(path, { method: 'PUT', headers: { 'sec-fetch-site': 'cross-site' } })
    expect(crossSite.status).toBe(403)
    expect((await admin.send(path, { method: 'PUT' })).status).toBe(204)
    const actions = await web.db
      .selectFrom('operator_actions')
      .select(['operator', 'action', 'subject'])
      .execute()
    expect(actions).toEqual([
      { operator: 'op-admin', action: 'board PUT', subject: `/api/queues/mail/${id}/retry` },
    ])
    expect(await web.logged.line('operator action')).toMatchObject({ operator: 'op-admin' })
    const waiting = async () => {
      const job: Json = await (await admin.send(`/queues/api/queues/mail/${id}`)).json()
      return job.status === 'waiting'
    }
    await vi.waitUntil(waiting, { timeout: 20_000 })
  })
})
