const NO_NODE = 0
const ROOT = 0
const DIGITS = 10

/** Values by prefix, one node a digit, so that a number meets all its prefixes on one way down. */
export class PrefixTree<Value> {
  /** Ten a node: the node of each next digit. */
  readonly #children: number[] = new Array(DIGITS).fill(NO_NODE)
  readonly #values: (Value | undefined)[] = [undefined]

  /** The value at a prefix, made on first use. `prefix` is digits only, and may be empty. */
  getOrMake(prefix: string, make: () => Value): Value {
    let node = ROOT
    for (let i = 0; i < prefix.length; i++) node = this.#childOrNew(node, prefix.charCodeAt(i) - 48)
    const value = this.#values[node] ?? make()
    this.#values[node] = value
    return value
  }

  /** The values at all prefixes of a number, shortest first. The number's digits begin at `start`. */
  along(number: string, start: number): Value[] {
    const values: Value[] = []
    let node: number | undefined = ROOT
    for (let i = start; node !== undefined; i++) {
      const value = this.#values[node]
      if (value !== undefined) values.push(value)
      if (i === number.length) break
      node = this.#children[node * DIGITS + number.charCodeAt(i) - 48] || undefined
    }
    return values
  }

  #childOrNew(node: number, digit: number): number {
    const child = this.#children[node * DIGITS + digit]
    if (child) return child
    const made = this.#values.push(undefined) - 1
    for (let i = 0; i < DIGITS; i++) this.#children.push(NO_NODE)
    this.#children[node * DIGITS + digit] = made
    return made
  }
}
