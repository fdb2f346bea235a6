import { act, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { Outages } from '../regions/outages'
import { lazyPage } from './lazyPage'
import { ServicesProvider } from '../services/services'
import { testServices } from '../testing/services'

afterEach(() => document.body.replaceChildren())

const press = (button: HTMLElement) =>
  act(() => {
    button.click()
    return Promise.resolve()
  })

const missing = new TypeError('Failed to fetch dynamically imported module: /assets/BasketPage.js')

test('a page whose code does not come says so, and shows when it comes', async () => {
  const reload = vi.spyOn(location, 'reload').mockReturnValue(undefined)
  vi.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('refused'))
  const load = vi
    .fn()
    .mockRejectedValueOnce(missing)
    .mockRejectedValueOnce(missing)
    .mockResolvedValue({ Page: () => <p>here</p> })
  const Page = lazyPage(load, 'Page')
  await Page.preload()
  const outages = new Outages()
  render(
    <ServicesProvider value={{ ...testServices(), outages }}>
      <Page />
    </ServicesProvider>,
  )
  const again = screen.getByRole('button', { name: 'Try again' })
  expect(screen.getByRole('status').textContent).toContain('cannot be loaded')
  expect([...outages.snapshot().values()].map(({ code }) => code)).toEqual(['UNREACHABLE'])

  await press(again)
  expect(screen.queryByText('here')).toBeNull()
  expect(reload).not.toHaveBeenCalled()

  await press(again)
  expect(screen.getByText('here')).toBeTruthy()
  expect(outages.snapshot().size).toBe(0)
})

test('a page whose code is gone from a shop that answers is reloaded', async () => {
  const reload = vi.spyOn(location, 'reload').mockReturnValue(undefined)
  vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(null))
  const Page = lazyPage(() => Promise.reject(missing), 'Page')
  await Page.preload()
  render(
    <ServicesProvider value={testServices()}>
      <Page />
    </ServicesProvider>,
  )
  await press(screen.getByRole('button', { name: 'Try again' }))
  expect(reload).toHaveBeenCalledTimes(1)
})
