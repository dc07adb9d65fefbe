/** One line of a text file, numbered from 1, without its line end; or why it cannot be read. */
export type Line =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly fault: string }

const LINE_FEED = 10

/** Cuts the bytes of a UTF-8 file into lines, chunk by chunk, and holds no more than one line of `maxBytes`. Lines that
 *  are longer or not UTF-8 come out as faults in their place. A byte order mark and the CR of CRLF are dropped. */
export class LineSplitter {
  readonly #maxBytes: number
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })
  #pieces: Uint8Array[] = []
  #length = 0
  #lines = 0

  constructor({ maxBytes }: { maxBytes: number }) {
    this.#maxBytes = maxBytes
  }

  /** The lines that end in this chunk. */
  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = []
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      this.#keep(chunk.subarray(start, end))
      lines.push(this.#finishLine())
      start = end + 1
    }
    this.#keep(chunk.subarray(start))
    return lines
  }

  /** The last line, where the file does not end with a line end. */
  end(): Line[] {
    return this.#length > 0 ? [this.#finishLine()] : []
  }

  #keep(piece: Uint8Array): void {
    this.#length += piece.length
    if (this.#length > this.#maxBytes) this.#pieces = []
    else if (piece.length > 0) this.#pieces.push(piece)
  }

  #finishLine(): Line {
    this.#lines += 1
    const number = this.#lines
    const pieces = this.#pieces
    const length = this.#length
    this.#pieces = []
    this.#length = 0
    if (length > this.#maxBytes) return { number, fault: `longer than ${this.#maxBytes} bytes` }
    try {
      const text = this.#decoder.decode(joined(pieces, length))
      return { number, text: text.endsWith('\r') ? text.slice(0, -1) : text }
    } catch {
      return { number, fault: 'not valid UTF-8' }
    }
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = pieces
  if (first && pieces.length === 1) return first
  const whole = new Uint8Array(length)
  let end = 0
  for (const piece of pieces) {
    whole.set(piece, end)
    end += piece.length
  }
  return whole
}
