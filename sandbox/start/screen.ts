import { hasMoved, type Status, statusLine, statusTable } from './status-lines.ts'

const COLUMNS_MIN = 80

/** Where `npm start` tells people what happens. */
export interface Screen {
  /** Prints a line that stays: something that just happened. */
  say(event: string): void
  /** Shows how things stand, beside how they stood before. */
  show(status: Status, before: Status): void
}

/** A table that renews itself on a terminal, a plain log elsewhere. */
export function createScreen(out: NodeJS.WriteStream, now: () => Date): Screen {
  return out.isTTY && out.columns >= COLUMNS_MIN ? terminalScreen(out) : plainScreen(out, now)
}

/** Says and shows nothing. */
export const NO_SCREEN: Screen = { say: () => undefined, show: () => undefined }

function terminalScreen(out: NodeJS.WriteStream): Screen {
  let table: string[] = []
  const erase = () => (table.length === 0 ? '' : `\x1b[${table.length}A\x1b[J`)
  const lines = () => table.map((line) => `${line}\n`).join('')
  return {
    say: (event) => {
      out.write(`${erase()}  ${event}\n${lines()}`)
    },
    show: (status, before) => {
      const above = erase()
      table = statusTable(status, before)
      out.write(above + lines())
    },
  }
}

/** Shows nothing while nothing moves. */
function plainScreen(out: NodeJS.WriteStream, now: () => Date): Screen {
  const say = (event: string) => void out.write(`${now().toISOString()}  ${event}\n`)
  return {
    say,
    show: (status, before) => {
      if (hasMoved(status, before)) say(statusLine(status, before))
    },
  }
}
