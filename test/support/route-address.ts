const NO_TOPUP = '00000000-0000-4000-8000-000000000000'

/** An address of a route: that of an account, and below it of nothing that there is. */
export function addressOf(path: string, account: string): string {
  return path.replace(':account', account).replace(':topup', NO_TOPUP).replaceAll(/:\w+/g, 'none')
}
