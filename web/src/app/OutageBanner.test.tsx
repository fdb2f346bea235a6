import { render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { Outages } from '../regions/outages'
import type { Fault } from '../regions/fault'
import { OutageBanner } from './OutageBanner'
import { ServicesProvider } from '../services/services'
import { testServices } from '../testing/services'

function told(...faults: Fault[]) {
  const outages = new Outages()
  faults.forEach((fault, index) => outages.report(`region ${index}`, fault))
  const { unmount } = render(
    <ServicesProvider value={{ ...testServices(), outages }}>
      <OutageBanner />
    </ServicesProvider>,
  )
  const text = screen.getByRole('status').textContent
  unmount()
  return text
}

const down = (subgraph: string): Fault => ({
  code: 'SUBGRAPH_UNAVAILABLE',
  subgraph,
  retryable: true,
})

test('tells of several services at once, and of none that refuses', () => {
  expect(told()).toBe('')
  expect(told(down('order'), down('order'))).toBe('')
  expect(told(down('order'), down('product'))).toBe(
    'The catalogue and your orders are unavailable right now. We keep trying.',
  )
  expect(told(down('order'), { code: 'FORBIDDEN', subgraph: 'user', retryable: false })).toBe('')
  expect(told({ code: 'UNREACHABLE', retryable: true })).toMatch(
    /^The shop is unavailable right now/,
  )
})
