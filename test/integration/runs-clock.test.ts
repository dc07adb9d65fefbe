import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { systemClock, systemNewId } from '../../config/clock.ts'
import { openSubjects } from '../../db/findings.ts'
import { claimRunWakes } from '../../db/run-wakes.ts'
import { claimRun } from '../../db/runs.ts'
import { checkClock } from '../../jobs/check-clock.ts'
import { runOwedDates } from '../../jobs/run-owed.ts'
import { DAY_MS, datesOf, HOUR_MS, itemsRun, setupRuns, workedItems } from '../support/runs.ts'

const HOLDER = '00000000-0000-4000-8000-000000000001'

describe('a clock that', () => {
  it.each([
    ['stands', [0], ['03-01']],
    ['steps back an hour', [DAY_MS, -HOUR_MS, HOUR_MS], ['03-01', '03-02']],
    ['steps back a day', [DAY_MS, -DAY_MS, DAY_MS], ['03-01', '03-02']],
    ['steps back before its first run', [-3 * DAY_MS, 4 * DAY_MS], ['03-01', '03-02']],
    ['jumps a day ahead and back', [DAY_MS, -DAY_MS, DAY_MS, DAY_MS], ['03-01', '03-02', '03-03']],
    ['jumps a week ahead and back', [3 * DAY_MS, -3 * DAY_MS, DAY_MS], ['03-01', '03-02', '03-03', '03-04']],
  ])('%s neither skips nor doubles a date', async (_, steps, dates) => {
    const { db, clock, context } = await setupRuns()
    const worked: string[] = []
    const definition = itemsRun(({ date }, item) => item === 0 && worked.push(date))
    await runOwedDates(context, definition)
    for (const step of steps) {
      clock.advance(step)
      await runOwedDates(context, definition)
    }
    expect(worked).toEqual(dates.map((date) => `2026-${date}`))
    expect(await datesOf(db)).toEqual(worked)
    expect(await workedItems(db)).toHaveLength(worked.length * 10)
  })

  it('jumps about and breaks runs off anywhere leaves each date once, in order', async () => {
    const step = fc.record({
      ms: fc.integer({ min: -2 * DAY_MS, max: 2 * DAY_MS }),
      breaksAt: fc.constantFrom(0, 4, 8, 10),
    })
    const holds = fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const { db, clock, context } = await setupRuns()
      const worked: string[] = []
      for (const { ms, breaksAt } of steps) {
        clock.advance(ms)
        const definition = itemsRun(({ date }, item) => {
          if (item === breaksAt) throw new Error('broken off')
          worked.push(`${date}/${item}`)
        })
        await runOwedDates(context, definition).catch((error: Error) =>
          expect(error.message).toBe('broken off'),
        )
      }
      await runOwedDates(context, itemsRun())
      expect(new Set(worked)).toHaveLength(worked.length)
      expect(await workedItems(db)).toHaveLength((await datesOf(db)).length * 10)
    })
    await fc.assert(holds, { seed: 20_260_302, numRuns: 8, endOnFailure: true })
  })

  it('was far ahead when it gave a lease holds up nothing', async () => {
    const { db, clock, context } = await setupRuns()
    clock.advance(DAY_MS)
    const kinds = ['items']
    expect(await claimRunWakes(db, { kinds, now: clock.now() })).toEqual(kinds)
    await claimRun(db, { kind: 'items', holder: HOLDER, now: clock.now() })
    clock.advance(-HOUR_MS)
    expect(await claimRunWakes(db, { kinds, now: clock.now() })).toEqual(kinds)
    await runOwedDates(context, itemsRun())
    expect(await datesOf(db)).toEqual(['2026-03-02'])
  })
})

describe('the clock of a machine and the database', () => {
  it.each([6_000, -6_000, 3_600_000])(
    'that are %i ms apart are a finding until they agree',
    async (skewMs) => {
      const { db, context, logged } = await setupRuns()
      const off = { now: () => new Date(systemClock.now().getTime() + skewMs) }
      await checkClock({ ...context, newId: systemNewId, clock: off })
      await checkClock({ ...context, newId: systemNewId, clock: off })
      expect(await openSubjects(db, 'clock_skew')).toHaveLength(1)
      expect(logged.lines.filter(({ alert }) => alert)).toEqual([
        expect.objectContaining({ finding: 'clock_skew', severity: 'critical' }),
      ])
      await checkClock({ ...context, clock: systemClock })
      expect(await openSubjects(db, 'clock_skew')).toEqual([])
    },
  )

  it('that are within seconds are none', async () => {
    const { db, context } = await setupRuns()
    const off = { now: () => new Date(systemClock.now().getTime() + 3_000) }
    await checkClock({ ...context, clock: off })
    expect(await openSubjects(db, 'clock_skew')).toEqual([])
  })
})
