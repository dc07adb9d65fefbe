import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../config/clock.ts'
import { demoCrm } from '../../sandbox/start-page/demo-crm.ts'
import { startPageRoutes } from '../../sandbox/start-page/routes.ts'
import { startWeb } from '../../web/start-web.ts'
import { scratchFolder } from '../support/scratch-folder.ts'
import { openAccounts } from '../support/usage.ts'
import { setupWeb } from '../support/web.ts'

async function setupStartPage() {
  await using folder = await scratchFolder('start-page')
  const base = await setupWeb()
  await openAccounts(base.db, base.clock, ['sunrise-solar'])
  const file = join(folder.path, 'key')
  const crm = await demoCrm(file)
  const again = await demoCrm(file)
  const page = { ...base.config.page, tokenKeys: [again.tokenKey] }
  const web = await startWeb({
    ...base.deps,
    clock: systemClock,
    config: { ...base.config, port: 0, page },
    moreRoutes: startPageRoutes(crm, { mails: 'http://127.0.0.1:9' }),
  })
  onTestFinished(async () => await web.stop(1_000))
  const open = (fields: Record<string, string>) =>
    fetch(`${web.url}/open`, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })
  return { base, web, open }
}

test('the start page lists the demo accounts and opens each in the role that was chosen', async () => {
  const { web, open } = await setupStartPage()
  expect(await (await fetch(`${web.url}/`)).text()).toContain('<h2>sunrise-solar</h2>')
  for (const role of ['manager', 'viewer']) {
    const sent = await open({ account: 'sunrise-solar', role })
    expect(sent.status).toBe(303)
    const opened = await fetch(web.url + sent.headers.get('location'), { redirect: 'manual' })
    expect([opened.status, opened.headers.get('location')]).toEqual([303, '/billing/'])
    const cookie = opened.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const session = await fetch(`${web.url}/v1/session`, { headers: { cookie } })
    expect(await session.json()).toMatchObject({ account: 'sunrise-solar', role })
  }
})

test('it opens demo accounts alone, and is part of no other server', async () => {
  const { base, open } = await setupStartPage()
  expect((await open({ account: 'acct_a', role: 'manager' })).status).toBe(400)
  expect((await open({ account: 'sunrise-solar', role: 'operator' })).status).toBe(400)
  expect((await fetch(`${base.web.url}/`)).status).toBe(404)
  expect((await fetch(`${base.web.url}/open`, { method: 'POST' })).status).toBe(404)
})
