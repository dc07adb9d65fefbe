import { FieldFault, isObject } from '../usage-fields.ts'
import { quote } from './cdr-row.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** A value of an object as text, trimmed; empty when it is absent or null. Sources write one number as text or as a number. */
export function textAt(object: JsonObject, name: string): string {
  const value = Object.hasOwn(object, name) ? object[name] : undefined
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value.trim()
  if (typeof value === 'number') return String(value)
  throw new FieldFault(name, `${quote(JSON.stringify(value))} is neither text nor a number`)
}

export function requiredTextAt(object: JsonObject, name: string): string {
  const text = textAt(object, name)
  if (text === '') throw new FieldFault(name, 'is missing')
  return text
}

/** Empty when there is none. */
export function objectAt(object: JsonObject, name: string): JsonObject {
  const value = object[name]
  return isObject(value) ? value : {}
}
