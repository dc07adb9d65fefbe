import type { UnratedUsage } from '../db/unrated-usage.ts'
import type { IndexedUsage, RefusedUsage } from './rate-records.ts'

export function asConflict(usage: IndexedUsage): RefusedUsage {
  return refuse(usage, 'conflict', 'this account has a record with the same id and other content')
}

/** For usage of an account that cannot be charged. */
export function asHomeless(usage: IndexedUsage, accountExists: boolean): RefusedUsage {
  return accountExists
    ? refuse(usage, 'account_closed', 'the account is closed')
    : refuse(usage, 'unknown_account', 'there is no account with this id')
}

export function refuse({ record, index, raw }: IndexedUsage, code: string, message: string): RefusedUsage {
  return { index, account: record.account, id: record.id, code, message, raw }
}

export function toUnrated({ account, id, code, message, raw }: RefusedUsage): UnratedUsage {
  return {
    account: account ?? '',
    recordId: id,
    reason: code,
    message,
    record: JSON.stringify(raw) ?? 'null',
  }
}
