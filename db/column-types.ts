import type { ColumnType } from 'kysely'

/** Written once, when the row is inserted. */
export type Fixed<T> = ColumnType<T, T, never>
