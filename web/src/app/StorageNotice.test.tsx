import { act, render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { SafeStorage } from '../storage/safeStorage'
import { ServicesProvider } from '../services/services'
import { StorageNotice } from './StorageNotice'
import { testServices } from '../testing/services'

test('says that the browser stores nothing, once something has to be kept', () => {
  const services = testServices(new SafeStorage(() => undefined))
  render(
    <ServicesProvider value={services}>
      <StorageNotice />
    </ServicesProvider>,
  )
  expect(screen.getByRole('status').textContent).toBe('')
  act(() => void services.localBasket.add({ productId: 'mug', title: 'Mug', quantity: 1 }))
  expect(screen.getByRole('status').textContent).toMatch(
    /^This browser stores no data for the shop\./,
  )
  act(() => services.localBasket.clear())
  expect(screen.getByRole('status').textContent).toBe('')
})
