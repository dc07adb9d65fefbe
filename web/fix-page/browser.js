// Hands a card to Stripe, or has a payment authenticated, and then tells our server that it is done. The number of a card
// goes to Stripe alone.

const form = document.querySelector('form[data-secret]')
const trouble = document.querySelector('#trouble')
const button = form.querySelector('button')
const { secret, intent, action, publishableKey, origin, card } = form.dataset
const confirm = origin === undefined ? withStripe() : withSandbox

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  button.disabled = true
  trouble.textContent = ''
  const message = await confirm()
  if (message === null) {
    form.submit()
    return
  }
  trouble.textContent = message
  button.disabled = false
})

/** Stripe's own form and dialogues: a way to confirm, which answers with what went wrong, or null. */
function withStripe() {
  const stripe = window.Stripe(publishableKey)
  if (action === 'authenticate') {
    return async () => {
      const { error } = await stripe.confirmCardPayment(secret, { payment_method: card })
      return error ? error.message : null
    }
  }
  const elements = stripe.elements({ clientSecret: secret })
  elements.create('payment').mount('#card-form')
  return async () => {
    const { error } = await stripe.confirmSetup({ elements, redirect: 'if_required' })
    return error ? error.message : null
  }
}

/** The stand-in for Stripe has no form of its own: one of its test cards is sent to where Stripe's form sends a card. */
async function withSandbox() {
  const kind = action === 'authenticate' ? 'payment_intents' : 'setup_intents'
  const body = new URLSearchParams({ key: publishableKey, client_secret: secret })
  if (action === 'authenticate') body.set('payment_method', card)
  else {
    body.set('payment_method_data[type]', 'card')
    body.set('payment_method_data[card][number]', form.querySelector('select').value)
  }
  const answer = await fetch(`${origin}/v1/${kind}/${intent}/confirm`, { method: 'POST', body })
  const confirmed = await answer.json()
  if (!answer.ok) return confirmed.error.message
  return confirmed.status === 'requires_action'
    ? "The sandbox's bank waits for you to authenticate: do so on the sandbox's page, then reload this one."
    : null
}
