import { createHash } from 'node:crypto'
import { wordsOf } from './decline-codes.ts'
import type { Form } from './form.ts'
import type { Merchant } from './merchant.ts'
import { integer, metadata, part, requiredText, text } from './params.ts'
import type { PaymentMethod } from './stripe-objects.ts'
import { badParam, cardRefused, type StripeRefusal } from './stripe-refusal.ts'
import { type TestCard, testCardByNumber } from './test-cards.ts'

/** A payment method from `type=card&card[number]=…`, as Stripe's card form sends it. Only test numbers are taken. */
export function newCardFromForm(merchant: Merchant, form: Form): PaymentMethod {
  if (requiredText(form, 'type') !== 'card') throw badParam('type', 'Invalid type: must be card')
  const card = part(form, 'card') ?? {}
  const number = requiredText(card, 'number').replaceAll(/[ -]/g, '')
  if (!isLuhnValid(number)) throw badCard('incorrect_number', 'number')
  const testCard = testCardByNumber(number)
  if (!testCard) {
    throw cardRefused({
      code: 'card_declined',
      decline_code: 'test_mode_live_card',
      message:
        'Your card was declined. Your request was in test mode, but used a non test card. For a list of valid test cards, visit: https://stripe.com/docs/testing.',
    })
  }
  const expiry = {
    month: integer(card, 'exp_month') ?? 12,
    year: integer(card, 'exp_year') ?? yearAhead(merchant),
  }
  refuseBadExpiry(merchant, expiry)
  const cvc = text(card, 'cvc')
  if (cvc !== undefined && !/^\d{3,4}$/.test(cvc)) throw badCard('invalid_cvc', 'cvc')
  return storeCard(merchant, { testCard, expiry, metadata: metadata(form) })
}

/** A payment method from one of the `pm_card_…` names: each use of the name makes a new one. */
export function newCardFromToken(merchant: Merchant, testCard: TestCard): PaymentMethod {
  return storeCard(merchant, { testCard, expiry: { month: 12, year: yearAhead(merchant) }, metadata: {} })
}

interface NewCard {
  readonly testCard: TestCard
  readonly expiry: { readonly month: number; readonly year: number }
  readonly metadata: Record<string, string>
}

function storeCard(merchant: Merchant, { testCard, expiry, metadata }: NewCard): PaymentMethod {
  const { token, brand } = testCard
  const number = testCard.number ?? '4000000000000000'
  const method: PaymentMethod = {
    id: merchant.newId('pm'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    card: {
      brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'unchecked' },
      country: 'US',
      display_brand: brand === 'amex' ? 'american_express' : brand,
      exp_month: expiry.month,
      exp_year: expiry.year,
      fingerprint: fingerprintOf(testCard.number ?? token),
      funding: 'credit',
      generated_from: null,
      last4: number.slice(-4),
      networks: { available: [brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: merchant.nowSeconds(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata,
    type: 'card',
  }
  merchant.state.paymentMethods.set(method.id, method)
  merchant.state.cards.set(method.id, { token, isSetUp: false, isSpent: false, behaviour: null })
  return method
}

/** The same for the same number, whoever's payment method it is. */
function fingerprintOf(number: string): string {
  return createHash('sha256').update(number).digest('base64').replaceAll(/[+/=]/g, '').slice(0, 16)
}

function refuseBadExpiry(merchant: Merchant, { month, year }: NewCard['expiry']): void {
  if (month < 1 || month > 12) throw badCard('invalid_expiry_month', 'exp_month')
  const now = merchant.clock.now()
  const monthsLeft = (year - now.getUTCFullYear()) * 12 + month - (now.getUTCMonth() + 1)
  if (monthsLeft < 0 || year > now.getUTCFullYear() + 50) throw badCard('invalid_expiry_year', 'exp_year')
}

/** Details that no issuer is asked about. */
function badCard(code: string, param: string): StripeRefusal {
  return cardRefused({ ...wordsOf(code), param })
}

function yearAhead(merchant: Merchant): number {
  return merchant.clock.now().getUTCFullYear() + 4
}

function isLuhnValid(number: string): boolean {
  if (!/^\d{12,19}$/.test(number)) return false
  const digits = [...number].reverse().map(Number)
  const sum = digits.reduce((total, digit, index) => {
    const doubled = index % 2 === 1 ? digit * 2 : digit
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return sum % 10 === 0
}
