import { expect, test } from 'vitest'
import { pages } from './pages'
import { newRouter } from './routes'

test('the list of pages that the router gets has every route, and no other', () => {
  const routes = Object.keys(newRouter().routesByPath)
  expect(routes.sort()).toEqual(Object.values(pages).sort())
})
