import type { Form, FormValue } from './form.ts'
import { badParam, missingParam } from './stripe-refusal.ts'

/** Throws for the first parameter that an endpoint does not know, as Stripe does. */
export function refuseUnknown(form: Form, known: readonly string[]): void {
  const unknown = Object.keys(form).find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw badParam(unknown, `Received unknown parameter: ${unknown}`, 'parameter_unknown')
}

/** An empty text unsets a field, and is given as such. */
export function text(form: Form, name: string): string | undefined {
  const value = form[name]
  if (value === undefined || typeof value === 'string') return value
  throw badParam(name, 'Invalid string: must be a string')
}

export function requiredText(form: Form, name: string): string {
  const value = text(form, name)
  if (value === undefined) throw missingParam(name)
  if (value !== '') return value
  throw badParam(
    name,
    `You passed an empty string for '${name}'. We assume empty values are an attempt to unset a parameter.`,
    'parameter_invalid_empty',
  )
}

export function integer(form: Form, name: string): number | undefined {
  const value = text(form, name)
  if (value === undefined || value === '') return undefined
  if (/^-?\d{1,15}$/.test(value)) return Number(value)
  throw badParam(name, `Invalid integer: ${value}`, 'parameter_invalid_integer')
}

export function flag(form: Form, name: string): boolean {
  const value = text(form, name) ?? 'false'
  if (value === 'true' || value === 'false') return value === 'true'
  throw badParam(name, `Invalid boolean: ${value}`)
}

export function oneOf<Value extends string>(
  form: Form,
  name: string,
  allowed: readonly Value[],
): Value | undefined {
  const value = text(form, name)
  if (value === undefined || value === '') return undefined
  const found = allowed.find((known) => known === value)
  if (found !== undefined) return found
  throw badParam(name, `Invalid ${name}: must be one of ${allowed.join(', ')}`)
}

export function texts(form: Form, name: string): readonly string[] | undefined {
  const value = form[name]
  if (value === undefined) return undefined
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
  throw badParam(name, 'Invalid array')
}

export function part(form: Form, name: string): Form | undefined {
  const value = form[name]
  if (value === undefined || value === '') return undefined
  if (isForm(value)) return value
  throw badParam(name, 'Invalid object')
}

/** What metadata becomes: names that are given replace or, when empty, remove those that are there. */
export function metadata(form: Form, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  if (form['metadata'] === '') return {}
  const given = part(form, 'metadata') ?? {}
  const texted = Object.keys(given).map((name) => [name, text(given, name) ?? ''] as const)
  const merged = { ...before, ...Object.fromEntries(texted) }
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ''))
}

function isForm(value: FormValue): value is Form {
  return typeof value === 'object' && !Array.isArray(value)
}
