import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { down, testShop, type Replies, type Reply } from '../testing/shop'
import { BasketProvider } from './BasketProvider'
import { Drafts } from './Drafts'

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
})
afterEach(cleanup)

const money = { __typename: 'Money', amountMinor: 100, currency: 'EUR', decimal: '1.00' }
const draft = (id: string, name: string | null) => ({
  ...{ __typename: 'Order', id, number: id.toUpperCase(), name, version: 1, totalQuantity: 1 },
  total: money,
})
const drafts = (...all: object[]): Reply => ({ data: { drafts: all } })
const payload = (__typename: string, ...messages: string[]): Reply => ({
  data: {
    payload: {
      __typename,
      errors: messages.map((message) => ({ __typename: 'InvalidInput', message })),
    },
  },
})
const created = (...messages: string[]) => payload('CreateOrderPayload', ...messages)

/** The visitor's baskets on a page, which shows those of the first reply. */
async function opened(replies: Replies) {
  const shop = testShop({ Basket: [{ data: { basket: null } }], ...replies })
  const Outer = shop.wrapper
  const page = (
    <Outer>
      <BasketProvider>
        <Drafts />
      </BasketProvider>
    </Outer>
  )
  const { unmount } = render(page)
  await screen.findAllByRole('listitem')
  const field = () => screen.getByLabelText<HTMLInputElement>('Name of a new basket')
  const type = (name: string) => fireEvent.change(field(), { target: { value: name } })
  const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }))
  const keys = () => shop.named('BeginDraft').map(({ variables }) => variables['key'])
  const reload = () => {
    unmount()
    render(page)
  }
  return { ...shop, field, type, press, keys, reload }
}

test('a new basket is created once by a double click, and its name leaves the field', async () => {
  const { field, type, press, named, services } = await opened({
    Drafts: [drafts(draft('ord_1', 'home'))],
    BeginDraft: [created()],
  })
  const told = vi.spyOn(services.tabs, 'tell')
  type('garden')
  press('Create')
  press('Create')
  await vi.waitFor(() => expect(field().value).toBe(''))
  expect(named('BeginDraft')).toHaveLength(1)
  expect(named('BeginDraft')[0]?.variables).toMatchObject({ name: 'garden' })
  expect(told.mock.calls).toEqual([['basket']])
  expect(services.creating.open()).toBeUndefined()
})

test('a basket whose creation has no answer is created by a second press, also later', async () => {
  const { field, type, press, keys, reload } = await opened({
    Drafts: [drafts(draft('ord_1', 'home'))],
    BeginDraft: ['lost', created()],
  })
  type('garden')
  press('Create')
  await screen.findByText(/We do not know whether the basket “garden” was created/)
  expect(field().value).toBe('garden')
  reload()
  expect(screen.getByText(/We do not know whether the basket “garden”/)).toBeTruthy()
  expect(field().value).toBe('garden')
  press('Create')
  await vi.waitFor(() => expect(field().value).toBe(''))
  expect(screen.queryByText(/We do not know/)).toBeNull()
  expect(keys()).toHaveLength(2)
  expect(keys()[1]).toBe(keys()[0])
})

test('a name that is refused stays in the field, and is sent with another key then', async () => {
  const { field, type, press, keys } = await opened({
    Drafts: [drafts(draft('ord_1', 'home'))],
    BeginDraft: [created('This name is too long.'), created()],
  })
  type('garden')
  press('Create')
  await screen.findByText('This name is too long.')
  expect(field().value).toBe('garden')
  press('Create')
  await vi.waitFor(() => expect(field().value).toBe(''))
  expect(new Set(keys()).size).toBe(2)
})

test('two baskets are discarded by two clicks, also while the first is under way', async () => {
  let answer: (reply: Reply) => void = () => undefined
  const first = new Promise<Reply>((resolve) => (answer = resolve))
  const done = payload('DeleteDraftPayload')
  const { press, named } = await opened({
    Drafts: [drafts(draft('ord_1', 'home'), draft('ord_2', 'garden')), drafts()],
    DiscardDraft: [() => first, done],
  })
  press('Discard home')
  press('Discard home')
  press('Discard garden')
  await vi.waitFor(() => expect(named('DiscardDraft')).toHaveLength(2))
  expect(named('DiscardDraft').map(({ variables }) => variables['id'])).toEqual(['ord_1', 'ord_2'])
  act(() => answer(done))
  await vi.waitFor(() => expect(screen.queryAllByRole('listitem')).toEqual([]))
})

test('a basket is renamed in a form of its own, which closes when that is done', async () => {
  const { press, named } = await opened({
    Drafts: [drafts(draft('ord_1', 'home')), drafts(draft('ord_1', 'balcony'))],
    RenameDraft: [payload('ChangeDraftPayload')],
  })
  press('Rename home')
  const card = within(screen.getByRole('listitem'))
  fireEvent.change(card.getByLabelText('New name of home'), { target: { value: 'balcony' } })
  press('Save')
  await screen.findByRole('heading', { name: 'balcony' })
  expect(named('RenameDraft')[0]?.variables).toEqual({ id: 'ord_1', name: 'balcony' })
  expect(screen.queryByRole('button', { name: 'Save' })).toBeNull()
})

test('a change without an answer says so, and the list is fetched again', async () => {
  const { press, named } = await opened({
    Drafts: [drafts(draft('ord_1', 'home'), draft('ord_2', 'garden'))],
    ChooseDraft: [down('payload', 'order')],
  })
  press('Use garden')
  await screen.findByText(/^Baskets are unavailable right now/)
  await vi.waitFor(() => expect(named('Drafts').length).toBeGreaterThan(1))
  expect(named('ChooseDraft')).toHaveLength(1)
})
