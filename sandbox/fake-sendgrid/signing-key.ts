import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'

/** A key pair as SendGrid makes one for its event webhook. */
export interface SigningKey {
  /** PEM. */
  readonly privateKey: string
  /** Base64 of the DER: what SENDGRID_WEBHOOK_PUBLIC_KEY is set to. */
  readonly publicKey: string
}

export function newSigningKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  return {
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
  }
}

/** The signature of a delivery: base64 of ECDSA with SHA-256 over the timestamp and the body. */
export function signDelivery(
  body: string,
  { timestamp, privateKey }: { timestamp: string; privateKey: string },
): string {
  return sign('sha256', Buffer.from(timestamp + body), createPrivateKey(privateKey)).toString('base64')
}
