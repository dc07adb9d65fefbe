import type { NumberRefusalCode } from '../billing/number-lifecycle.ts'
import type { StartRefusalCode } from '../billing/renewal-start.ts'
import type { Clock, NewId } from '../config/clock.ts'
import type { Db } from '../db/connect.ts'
import type { PhoneNumber } from '../db/phone-numbers.ts'
import type { RateBook } from './rate-book.ts'

/** What whoever does something with a number works with. */
export interface NumberDeps {
  readonly db: Db
  readonly clock: Clock
  readonly newId: NewId
  readonly rateBook: RateBook
}

/** What somebody wants to be done with a number. */
export interface NumberWish {
  readonly account: string
  readonly number: string
  /** A person or a service key, for the history. */
  readonly by: string
}

export type NumberResult =
  | { readonly kind: 'done'; readonly number: PhoneNumber }
  | {
      readonly kind: 'refused'
      readonly code: NumberRefusalCode | StartRefusalCode | OtherRefusalCode
      readonly message: string
    }

type OtherRefusalCode =
  | 'account_suspended'
  | 'destination_blocked'
  | 'unknown_account'
  | 'same_account'
  | 'other_request'

export const NO_ACCOUNT = {
  kind: 'refused',
  code: 'unknown_account',
  message: 'there is no account with this id',
} as const

export const NO_NUMBER = {
  kind: 'refused',
  code: 'number_unknown',
  message: 'the account has no such number',
} as const

export const HELD = {
  kind: 'refused',
  code: 'number_already_bought',
  message: 'the number is rented already: it can be bought again once it is released or ported out',
} as const
