import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { useAction } from '../graphql/useAction'
import { testShop } from '../testing/shop'
import { Field } from '../ui/Field'
import { AccountForm } from './AccountForm'
import { inputOf, type FormErrors } from './forms'

afterEach(cleanup)

/** A form whose answers come when the test says so, and what it has sent. */
function opened() {
  const sent: string[] = []
  const answers: ((errors: FormErrors) => void)[] = []
  function Form() {
    const action = useAction((_api, data: FormData) => {
      sent.push(inputOf(data, 'name'))
      return new Promise<FormErrors>((resolve) => answers.push(resolve))
    })
    return (
      <AccountForm heading={<h1>Form</h1>} button="Send" action={action}>
        <Field label="Name" name="name" error={action.outcome?.['name']} />
      </AccountForm>
    )
  }
  render(<Form />, { wrapper: testShop({}).wrapper })
  const input = screen.getByRole<HTMLInputElement>('textbox')
  const press = () => fireEvent.click(screen.getByRole('button'))
  const answer = (errors: FormErrors) =>
    act(() => {
      answers.shift()?.(errors)
      return Promise.resolve()
    })
  return { sent, input, press, answer }
}

test('a form is sent once by a double click', async () => {
  const { sent, input, press, answer } = opened()
  fireEvent.change(input, { target: { value: 'ada' } })
  press()
  press()
  expect(screen.getByRole('button').textContent).toBe('One moment')
  await answer({})
  expect(sent).toEqual(['ada'])
  expect(screen.getByRole('button').textContent).toBe('Send')
  press()
  expect(sent).toEqual(['ada', 'ada'])
})

test('an input that is refused has the message, and the focus', async () => {
  const { input, press, answer } = opened()
  press()
  await answer({ name: 'This name is taken.' })
  expect(screen.getByText('This name is taken.')).toBeTruthy()
  expect(input.getAttribute('aria-invalid')).toBe('true')
  expect(document.activeElement).toBe(input)
})

test('a message for the whole form stays until the next answer', async () => {
  const { press, answer } = opened()
  press()
  await answer({ form: 'Accounts are unavailable.' })
  expect(screen.getByRole('alert').textContent).toBe('Accounts are unavailable.')
  press()
  expect(screen.getByRole('alert').textContent).toBe('Accounts are unavailable.')
  await answer({})
  expect(screen.getByRole('alert').textContent).toBe('')
})
