import { folderOf, PAGE, type Rule } from './project.ts'

interface Ban {
  /** The one file of those folders that it does not hold for. */
  readonly except?: string
  /** Of a use or an imported name. */
  readonly uses: RegExp
  readonly folders: readonly string[]
  readonly instead: string
}

const WITHOUT_CLOCK = ['billing', 'db', 'clients', 'jobs', 'workers', 'web']

const BANS: readonly Ban[] = [
  {
    uses: /^(process\.env|(node:)?process env)$/,
    folders: [...WITHOUT_CLOCK, 'sandbox', 'scripts'],
    instead: 'only config/ reads the environment; take what you need from Config',
  },
  {
    uses: /^(Date\.now|new Date\(\)|Date\(\)|Temporal\.Now)$/,
    folders: WITHOUT_CLOCK,
    instead: 'take the clock that is handed in (config/clock.ts)',
  },
  {
    uses: /^Math\.random$|[. ]randomUUID$/,
    folders: WITHOUT_CLOCK,
    instead: 'take newId that is handed in (config/clock.ts)',
  },
  {
    uses: /^((process|console|performance)\.\w+|(fetch|setTimeout|setInterval|setImmediate)\(\))$/,
    folders: ['billing'],
    instead: 'billing/ does no I/O and has no clock; hand the data in',
  },
  {
    uses: /^(Number\(\)|parseFloat\(\)|Number\.parseFloat)$/,
    folders: [PAGE],
    except: 'web/page/charts/chart-value.ts',
    instead: 'money is text or Micros: format it by money/, and make a length of it by charts/chart-value.ts',
  },
  {
    uses: /^(it|test|describe|bench)\.(skip|only|todo)$/,
    folders: ['test'],
    instead: 'mend the test or delete it',
  },
]

export const bannedUses: Rule = ({ sources }) =>
  sources.flatMap(({ path, facts }) => {
    const bans = BANS.filter(({ folders, except }) => folders.includes(folderOf(path)) && path !== except)
    return [...facts.uses, ...facts.names].flatMap(({ text, line }) =>
      bans.filter(({ uses }) => uses.test(text)).map(({ instead }) => `${path}:${line}: ${text}: ${instead}`),
    )
  })
