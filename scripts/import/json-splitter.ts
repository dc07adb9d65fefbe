import type { Line } from '../../billing/line-splitter.ts'

const NEWLINE = 0x0a
const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

/** White space, commas, and the three bytes of a byte order mark. */
const SEPARATORS = new Set([0x20, 0x09, 0x0d, NEWLINE, 0x2c, 0xef, 0xbb, 0xbf])

type State = 'between' | 'object' | 'string' | 'escape' | 'junk' | 'too long'

/**
 * Cuts the bytes of a JSON file into its objects, be they in an array, one after the other or one a line, pretty-printed or
 * not, and holds no more than one of `maxBytes`. Each comes with the line it begins on. What stands between them and is no
 * object comes out in its place, up to the end of its line. A line that begins with `{` begins an object whatever came
 * before, so one that was torn off costs no other.
 */
export class JsonSplitter {
  readonly #maxBytes: number
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })
  #state: State = 'between'
  #depth = 0
  #line = 1
  #atLineStart = true
  #arrayLine: number | undefined
  #objectLine = 1
  /** Bytes of the object that came with earlier chunks. */
  #held: Uint8Array[] = []
  #heldBytes = 0

  constructor({ maxBytes }: { maxBytes: number }) {
    this.#maxBytes = maxBytes
  }

  /** The objects that end in this chunk. */
  push(chunk: Uint8Array): Line[] {
    const objects: Line[] = []
    let start = 0
    for (const [at, byte] of chunk.entries()) {
      if (this.#beginsObject(byte)) {
        if (this.#isInside()) objects.push(this.#finish(chunk.subarray(start, at)))
        this.#begin(byte)
        start = at
      } else if (this.#endsObject(byte)) {
        objects.push(this.#finish(chunk.subarray(start, at + 1)))
      }
      this.#atLineStart = byte === NEWLINE
      if (byte === NEWLINE) this.#line += 1
    }
    if (this.#isInside()) objects.push(...this.#hold(chunk.subarray(start)))
    return objects
  }

  /** An object that the file breaks off in, and the array that it leaves open. */
  end(): Line[] {
    const objects = this.#isInside() ? [this.#finish(new Uint8Array())] : []
    if (this.#arrayLine === undefined) return objects
    const fault = `the array that begins on line ${this.#arrayLine} is not closed: the file is cut off`
    return [...objects, { number: this.#line, fault }]
  }

  #isInside(): boolean {
    return this.#state !== 'between' && this.#state !== 'too long'
  }

  #beginsObject(byte: number): boolean {
    if (byte === OPEN_BRACE && this.#atLineStart) return true
    return this.#state === 'between' && !SEPARATORS.has(byte) && !this.#isArrayBracket(byte)
  }

  #isArrayBracket(byte: number): boolean {
    if (byte === OPEN_BRACKET && this.#arrayLine === undefined) {
      this.#arrayLine = this.#line
      return true
    }
    if (byte === CLOSE_BRACKET && this.#arrayLine !== undefined) {
      this.#arrayLine = undefined
      return true
    }
    return false
  }

  #begin(byte: number): void {
    this.#state = byte === OPEN_BRACE ? 'object' : 'junk'
    this.#depth = 1
    this.#objectLine = this.#line
  }

  /** Moves on past a byte. True for the last one of an object. */
  #endsObject(byte: number): boolean {
    switch (this.#state) {
      case 'object':
        return this.#closes(byte)
      case 'string':
        if (byte === BACKSLASH) this.#state = 'escape'
        if (byte === QUOTE) this.#state = 'object'
        return false
      case 'escape':
        this.#state = 'string'
        return false
      case 'junk':
        return byte === NEWLINE
      case 'too long':
        if (byte === NEWLINE) this.#state = 'between'
        return false
      case 'between':
        return false
    }
  }

  #closes(byte: number): boolean {
    if (byte === QUOTE) this.#state = 'string'
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#depth += 1
    if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) this.#depth -= 1
    return this.#depth === 0
  }

  #hold(piece: Uint8Array): Line[] {
    this.#held.push(piece)
    this.#heldBytes += piece.length
    if (this.#heldBytes <= this.#maxBytes) return []
    const fault = this.#finish(new Uint8Array())
    this.#state = 'too long'
    return [fault]
  }

  #finish(last: Uint8Array): Line {
    const bytes = Buffer.concat([...this.#held, last])
    this.#state = 'between'
    this.#held = []
    this.#heldBytes = 0
    const number = this.#objectLine
    if (bytes.length > this.#maxBytes) return { number, fault: `longer than ${this.#maxBytes} bytes` }
    try {
      return { number, text: this.#decoder.decode(bytes) }
    } catch {
      return { number, fault: 'not valid UTF-8' }
    }
  }
}
