import type { Page } from 'playwright-core'
import { describe, expect, inject, it } from 'vitest'
import { browserOfFile } from './support/visit.ts'

const ACCOUNT = 'southern-cross-travel'
const { visit } = browserOfFile()

/** The server says so of an account without a card. */
const NO_CARD = 'status of 404'

async function openCards(size: 'desktop' | 'phone' = 'desktop'): Promise<Page> {
  const page = await visit({ account: ACCOUNT, size, expects: [NO_CARD] })
  await page.getByRole('link', { name: 'Payments' }).click()
  await page.getByRole('heading', { name: 'Card on file' }).waitFor()
  return page
}

async function save(page: Page, number: string): Promise<void> {
  await page.getByLabel('Test card').selectOption(number)
  await page.getByRole('button', { name: 'Save this card' }).click()
}

describe('the card on file', { timeout: 120_000 }, () => {
  it('is registered, gets a backup, changes places with it, and is deleted after it was said what that means', async () => {
    const page = await openCards()
    const sent: string[] = []
    page.on('request', (request) => {
      if (request.url().startsWith(inject('demo').url)) sent.push(request.postData() ?? '')
    })
    await page.locator('#card').getByRole('button', { name: 'Register a card' }).click()
    await page.getByText('By registering a card you agree').waitFor()
    await save(page, '4242424242424242')
    await page.getByText('ending in 4242').first().waitFor()
    await page.getByText('Expires').first().waitFor()

    await page.getByRole('button', { name: 'Add a backup card' }).click()
    await save(page, '5555555555554444')
    await page.getByRole('button', { name: 'Charge the backup first' }).click()
    await page.getByText('Charged to Mastercard ending in 4444').waitFor()

    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('Visa ending in 4242 takes its place and is charged from then on.').waitFor()
    await page.getByRole('button', { name: 'Delete the card' }).click()
    await page.getByText('Charged to Visa ending in 4242').waitFor()

    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('It is your only card. Auto-recharge rests without one').waitFor()
    await page.getByRole('button', { name: 'Not now' }).click()
    await page.getByText('It is your only card.').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByRole('button', { name: 'Delete the card' }).click()
    await page.getByText('There is no card on file: nothing can be paid').waitFor()
    expect(sent.join('\n')).not.toMatch(/4242424242424242|5555555555554444/)
  })

  it('that is declined at once is not kept, and the reason is told', async () => {
    const page = await visit({ account: ACCOUNT, size: 'phone', expects: [NO_CARD, 'status of 402'] })
    await page.getByRole('link', { name: 'Payments' }).click()
    await page.locator('#card').getByRole('button', { name: 'Register a card' }).click()
    await save(page, '4000000000000002')
    await page.getByRole('alert').getByText('declined').waitFor()
    await page.keyboard.press('Escape')
    await page.getByText('There is no card on file: nothing can be paid').waitFor()
  })
})
