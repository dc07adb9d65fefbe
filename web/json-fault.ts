/** Where a text stops being JSON. */
export interface JsonFault {
  /** From 1. */
  readonly line: number
  /** In characters, from 1. */
  readonly column: number
  readonly rule: string
}

/**
 * Finds what is wrong with a text that `JSON.parse` refuses: the first place at which no JSON text can go on as this one
 * does, which is its end when it only ends too early. Null for a JSON text.
 */
export function findJsonFault(text: string): JsonFault | null {
  const fault = new JsonScanner(text).scan()
  if (!fault) return null
  const before = text.slice(0, fault.at)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: fault.at - lineStart + 1, rule: fault.rule }
}

interface Fault {
  readonly at: number
  readonly rule: string
}

const WHITE_SPACE = /[ \t\r\n]*/y
/** All but quotes, backslashes and control characters. */
const PLAIN_CHARACTERS = /[ !#-[\]-\uffff]*/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/y
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y

/** Without recursion, so that no nesting is too deep. */
class JsonScanner {
  readonly #text: string
  readonly #open: ('{' | '[')[] = []
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  scan(): Fault | null {
    let fault = this.#value()
    while (!fault && this.#open.length > 0) fault = this.#afterValue()
    if (fault) return fault
    this.#skip(WHITE_SPACE)
    return this.#at < this.#text.length ? this.#fault('the end was expected') : null
  }

  /** Reads a value that is whole, or opens those that are not until their first one is. */
  #value(): Fault | null {
    for (;;) {
      if (this.#takes('{')) {
        if (this.#takes('}')) return null
        this.#open.push('{')
        const fault = this.#key()
        if (fault) return fault
      } else if (this.#takes('[')) {
        if (this.#takes(']')) return null
        this.#open.push('[')
      } else return this.#scalar()
    }
  }

  #scalar(): Fault | null {
    if (this.#text[this.#at] === '"') return this.#string()
    return this.#skip(SCALAR) > 0 ? null : this.#fault('a value was expected')
  }

  #afterValue(): Fault | null {
    const inObject = this.#open.at(-1) === '{'
    if (this.#takes(inObject ? '}' : ']')) {
      this.#open.pop()
      return null
    }
    if (!this.#takes(',')) return this.#fault(`a comma or ${inObject ? '}' : ']'} was expected`)
    return (inObject ? this.#key() : null) ?? this.#value()
  }

  #key(): Fault | null {
    this.#skip(WHITE_SPACE)
    if (this.#text[this.#at] !== '"') return this.#fault('a name in double quotes was expected')
    const fault = this.#string()
    if (fault) return fault
    return this.#takes(':') ? null : this.#fault('a colon was expected')
  }

  #string(): Fault | null {
    this.#at += 1
    do this.#skip(PLAIN_CHARACTERS)
    while (this.#skip(ESCAPE) > 0)
    if (this.#text[this.#at] !== '"')
      return this.#fault('the string is not ended, or holds what must be escaped')
    this.#at += 1
    return null
  }

  #takes(sign: string): boolean {
    this.#skip(WHITE_SPACE)
    if (this.#text[this.#at] !== sign) return false
    this.#at += 1
    return true
  }

  /** How many characters the pattern matched and were passed over. */
  #skip(pattern: RegExp): number {
    pattern.lastIndex = this.#at
    const length = pattern.exec(this.#text)?.[0].length ?? 0
    this.#at += length
    return length
  }

  #fault(rule: string): Fault {
    return { at: this.#at, rule }
  }
}
