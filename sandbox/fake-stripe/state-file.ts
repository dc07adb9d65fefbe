import { readPrivateFile, writePrivateFile } from '../private-file.ts'
import { emptyState, type State } from './stripe-objects.ts'

/** The state that a file holds; empty when there is none. */
export async function readStateFile(path: string): Promise<State> {
  const state = emptyState()
  const text = await readPrivateFile(path)
  if (text === undefined) return state
  const stored: Readonly<Record<string, [string, never][]>> = JSON.parse(text)
  for (const [name, objects] of Object.entries(state)) {
    for (const [id, object] of stored[name] ?? []) objects.set(id, object)
  }
  return state
}

export interface StateSaver {
  /** Resolves when the file holds everything that has happened up to this call. */
  saved(): Promise<void>
}

/** Writes the whole state at each change; changes that come while one is being written share the next. */
export function createStateSaver(state: State, path: string | undefined): StateSaver {
  if (path === undefined) return { saved: () => Promise.resolve() }
  let last = Promise.resolve()
  let waiting: Promise<void> | undefined
  return {
    saved() {
      waiting ??= last.then(() => {
        waiting = undefined
        last = writePrivateFile(path, stateText(state))
        return last
      })
      return waiting
    },
  }
}

function stateText(state: State): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(state).map(([name, objects]) => [name, [...objects]])),
  )
}
