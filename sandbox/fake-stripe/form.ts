/** What an urlencoded body or query says, its bracketed keys unfolded: `metadata[a]=1` is `{ metadata: { a: '1' } }`. */
export interface Form {
  readonly [name: string]: FormValue | undefined
}

export type FormValue = string | readonly FormValue[] | Form

/** Reads a form as Stripe does: `a[b]=1` makes objects, `a[0]=1` and `a[]=1` make lists. */
export function parseForm(text: string): Form {
  const root: Branch = new Map()
  for (const [key, value] of new URLSearchParams(text)) {
    const names = [...key.matchAll(/[^[\]]+|\[\]/g)].map(([name]) => name)
    plant(root, names, value)
  }
  return Object.fromEntries([...root].map(([name, value]) => [name, unfold(value)]))
}

type Branch = Map<string, string | Branch>

function plant(root: Branch, names: readonly string[], value: string): void {
  let branch = root
  for (const [depth, written] of names.entries()) {
    const name = written === '[]' ? String(branch.size) : written
    if (depth === names.length - 1) {
      branch.set(name, value)
      return
    }
    const below = branch.get(name)
    const next: Branch = below instanceof Map ? below : new Map()
    branch.set(name, next)
    branch = next
  }
}

function unfold(value: string | Branch): FormValue {
  if (typeof value === 'string') return value
  const isList = [...value.keys()].every((name) => /^\d+$/.test(name))
  if (isList) return [...value.values()].map(unfold)
  return Object.fromEntries([...value].map(([name, below]) => [name, unfold(below)]))
}
