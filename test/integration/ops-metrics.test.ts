import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { startScheduler } from '../../workers/start-scheduler.ts'
import { startWorker } from '../../workers/start-worker.ts'
import { callRecord } from '../support/usage.ts'
import { type Json, setupWeb, type Web } from '../support/web.ts'

const TOKEN = 'a-token-of-the-test'

const docs = async (name: string) => await readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8')

/** A worker that answers /metrics, until the test has ended; resolves with its address. */
async function startMeasuredWorker(web: Web, metricsToken: string | null) {
  const config = { ...web.config, metricsPort: 0, metricsToken }
  const worker = await startWorker({ ...web.deps, config })
  const { port } = await web.logged.line('metrics ready')
  return { url: `http://127.0.0.1:${port}/metrics`, worker }
}

describe('a worker measures', () => {
  test('the records it commits and how late they are', async () => {
    const web = await setupWeb()
    const { url, worker } = await startMeasuredWorker(web, null)
    await web.queue.add('charge-usage', { v: 1, records: [callRecord(), { id: 'x' }] })
    await web.logged.line('usage kept as unrated')
    // A worker that has stopped its jobs has measured them; its server goes first, so the figures are read through.
    const text = await readUntil(url, (lines) => lines.includes('ringledger_usage_lag_seconds_count 1'))
    await worker.stop(5_000)
    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        'ringledger_usage_records_total{result="charged"} 1',
        'ringledger_usage_records_total{result="unrated"} 1',
        'ringledger_job_duration_seconds_count{job="charge-usage",outcome="done"} 1',
        expect.stringMatching(/^ringledger_database_pool\{state="busy"\} \d/),
      ]),
    )
  })
})

describe('metrics are for', () => {
  test('who presents the token, where there is one', async () => {
    const web = await setupWeb(undefined, () => Promise.resolve({ metricsToken: TOKEN }))
    const { url, worker } = await startMeasuredWorker(web, TOKEN)
    for (const address of [`${web.web.url}/metrics`, url]) {
      const statusWith = async (authorization: string) =>
        (await fetch(address, { headers: { authorization } })).status
      expect(await statusWith('')).toBe(404)
      expect(await statusWith(`Bearer ${web.key}`)).toBe(404)
      expect(await statusWith(`Bearer ${TOKEN}`)).toBe(200)
    }
    await worker.stop(5_000)
  })

  test('this machine alone, where there is none', async () => {
    const web = await setupWeb()
    const { url, worker } = await startMeasuredWorker(web, null)
    for (const address of [`${web.web.url}/metrics`, url]) {
      const statusWith = async (headers: Record<string, string>) => (await fetch(address, { headers })).status
      expect(await statusWith({})).toBe(200)
      expect(await statusWith({ 'x-forwarded-for': '203.0.113.9' })).toBe(404)
      expect(await statusWith({ forwarded: 'for=203.0.113.9' })).toBe(404)
    }
    await worker.stop(5_000)
  })
})

describe('the dashboard and the alerts', async () => {
  const alerts: Json = JSON.parse(await docs('operations/alerts.json'))
  const rules: Json[] = alerts.groups.flatMap((group: Json) => group.rules)
  const dashboard: Json = JSON.parse(await docs('operations/grafana-dashboard.json'))

  test('name only figures that the processes answer', async () => {
    const web = await setupWeb()
    const { url, worker } = await startMeasuredWorker(web, null)
    const scheduler = startScheduler({ ...web.deps, config: { ...web.config, metricsPort: null } })
    await web.get('/v1/accounts/acct_a/balance')
    const texts = await Promise.all(
      [url, `${web.web.url}/metrics`].map(async (one) => (await fetch(one)).text()),
    )
    await scheduler.stop(5_000)
    await worker.stop(5_000)
    const answered = new Set([...texts.join('\n').matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(namesOf))
    const expressions: string[] = [
      ...rules.map(({ expr }) => expr),
      ...dashboard.panels.flatMap((panel: Json) => (panel.targets ?? []).map((target: Json) => target.expr)),
    ]
    const used = expressions.flatMap((expr) => expr.match(/\b(ringledger|nodejs|process)_\w+/g) ?? [])
    expect(used.length).toBeGreaterThan(40)
    expect(used.filter((name) => !answered.has(name))).toEqual([])
  })

  test.each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s says what is wrong and what to do, and is explained',
    async (name, rule) => {
      expect(rule).toEqual({
        alert: expect.stringMatching(/^Ringledger[A-Z]\w+$/),
        expr: expect.any(String),
        for: expect.stringMatching(/^\d+[smh]$/),
        labels: { severity: expect.stringMatching(/^(warning|critical)$/) },
        annotations: {
          summary: expect.any(String),
          action: expect.any(String),
          runbook: `docs/operations.md#${name.toLowerCase()}`,
        },
      })
      expect(await docs('operations.md')).toMatch(new RegExp(`^#### ${name}$`, 'm'))
    },
  )
})

/** The series of a figure, by its type. */
function namesOf([, name = '', type = '']: RegExpMatchArray): string[] {
  return type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name]
}

async function readUntil(url: string, isEnough: (lines: string[]) => boolean): Promise<string> {
  for (;;) {
    const text = await (await fetch(url)).text()
    if (isEnough(text.split('\n'))) return text
  }
}
