import { describe, expect, it } from 'vitest'
import { readOptions } from '../../sandbox/start/options.ts'

describe('the options of npm start', () => {
  it('leave everything as it is when there are none', () => {
    expect(readOptions([])).toEqual({ dataDir: undefined, fresh: false, traffic: true, json: false })
  })

  it('are taken together', () => {
    expect(readOptions(['--data', 'my data', '--fresh', '--no-traffic', '--json'])).toEqual({
      dataDir: 'my data',
      fresh: true,
      traffic: false,
      json: true,
    })
  })

  it('ask for help', () => {
    expect(readOptions(['--json', '--help'])).toBe('help')
  })

  it.each([
    { args: ['--port', '80'], says: "Unknown option '--port'" },
    { args: ['--data'], says: "'--data <value>' argument missing" },
    { args: ['--data', ''], says: '--data must name a folder' },
    { args: ['now'], says: "Unexpected argument 'now'" },
  ])('are refused when they are $args', ({ args, says }) => {
    expect(() => readOptions(args)).toThrow(says)
  })
})
