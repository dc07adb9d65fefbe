import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** 32 MiB and some 80 ms for each try: the parameters that OWASP names for scrypt, one step down in memory. */
const COST: ScryptOptions = { N: 32_768, r: 8, p: 3, maxmem: 64 * 1_048_576 }
const KEY_BYTES = 32
const PASSWORD_BYTES = 18

const stretch = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)

/** A password that nobody can guess, in 24 characters of A-Z a-z 0-9 _ -. */
export function newPassword(): string {
  return randomBytes(PASSWORD_BYTES).toString('base64url')
}

/** `scrypt$<salt>$<key>`, in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await stretch(password, salt, KEY_BYTES, COST)
  return ['scrypt', salt.toString('base64url'), key.toString('base64url')].join('$')
}

/** Whether a password is the one of a hash. Without a hash it takes as long, and is not. */
export async function isPasswordOf(hash: string | null, password: string): Promise<boolean> {
  const [, salt = '', key = ''] = (hash ?? NOBODY).split('$')
  const tried = await stretch(password, Buffer.from(salt, 'base64url'), KEY_BYTES, COST)
  const stored = Buffer.from(key, 'base64url')
  return stored.length === tried.length && timingSafeEqual(stored, tried) && hash !== null
}

const NOBODY = `scrypt$${Buffer.alloc(16).toString('base64url')}$${Buffer.alloc(KEY_BYTES).toString('base64url')}`
