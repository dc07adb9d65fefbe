import type { Fixed } from './column-types.ts'
import type { EntryItem } from './schema.ts'

/** What finds the entries of one number, call or item. */
export interface ActivityTables {
  activity_blocks: ActivityBlocksTable
}

interface ActivityBlocksTable {
  account_id: Fixed<string>
  first_seq: Fixed<bigint>
  /** The items that its entries have. */
  items: Fixed<EntryItem[]>
  /** For each of its entries, in their order: the keys of `from`, `to` and call; 0 where it has none. */
  keys: Fixed<number[]>
}
