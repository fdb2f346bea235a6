import { createRootRoute, createRoute, createRouter, parseSearchWith } from '@tanstack/react-router'
import { HomePage } from '../catalogue/HomePage'
import { catalogueSearch } from '../catalogue/search'
import { lazyPage, type LazyPage } from './lazyPage'
import { NotFound } from './NotFound'
import { pages } from './pages'
import { PlaygroundPage } from './PlaygroundPage'
import { Shell } from './Shell'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })

const home = createRoute({
  getParentRoute: () => root,
  path: pages.home,
  validateSearch: catalogueSearch,
  component: HomePage,
})

const product = createRoute({
  getParentRoute: () => root,
  path: pages.product,
  component: lazyPage(() => import('../catalogue/ProductPage'), 'ProductPage'),
})

const basket = createRoute({
  getParentRoute: () => root,
  path: pages.basket,
  component: lazyPage(() => import('../basket/BasketPage'), 'BasketPage'),
})

const checkout = createRoute({
  getParentRoute: () => root,
  path: pages.checkout,
  component: lazyPage(() => import('../checkout/CheckoutPage'), 'CheckoutPage'),
})

/** The page to show after the log-in. Only paths of this shop are accepted. */
const nextSearch = ({ next }: Record<string, unknown>): { next?: string } =>
  typeof next === 'string' && /^\/(?!\/|\\)/.test(next) ? { next } : {}

const login = createRoute({
  getParentRoute: () => root,
  path: pages.login,
  validateSearch: nextSearch,
  component: lazyPage(() => import('../session/LoginPage'), 'LoginPage'),
})

/** Returns a provider's parameter as text, also if it looks like a number. */
function textAt<Name extends string>(name: Name, value: unknown): { [N in Name]?: string } {
  return typeof value === 'string' || typeof value === 'number'
    ? ({ [name]: String(value) } as { [N in Name]: string })
    : {}
}

const socialCallback = createRoute({
  getParentRoute: () => root,
  path: pages.socialCallback,
  validateSearch: ({
    state,
    code,
  }: Record<string, unknown>): { state?: string; code?: string } => ({
    ...textAt('state', state),
    ...textAt('code', code),
  }),
  component: lazyPage(() => import('../session/SocialCallbackPage'), 'SocialCallbackPage'),
})

const register = createRoute({
  getParentRoute: () => root,
  path: pages.register,
  validateSearch: nextSearch,
  component: lazyPage(() => import('../session/RegisterPage'), 'RegisterPage'),
})

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: pages.forgotPassword,
  component: lazyPage(() => import('../session/ForgotPasswordPage'), 'ForgotPasswordPage'),
})

const resetPassword = createRoute({
  getParentRoute: () => root,
  path: pages.resetPassword,
  component: lazyPage(() => import('../session/ResetPasswordPage'), 'ResetPasswordPage'),
})

const verify = createRoute({
  getParentRoute: () => root,
  path: pages.verify,
  component: lazyPage(() => import('../session/VerifyPage'), 'VerifyPage'),
})

const security = createRoute({
  getParentRoute: () => root,
  path: pages.security,
  component: lazyPage(() => import('../account/SecurityPage'), 'SecurityPage'),
})

const account = createRoute({
  getParentRoute: () => root,
  path: pages.account,
  component: lazyPage(() => import('../account/AccountPage'), 'AccountPage'),
})

const order = createRoute({
  getParentRoute: () => root,
  path: pages.order,
  validateSearch: ({ placed }: Record<string, unknown>): { placed?: true } =>
    placed ? { placed: true } : {},
  component: lazyPage(() => import('../orders/OrderPage'), 'OrderPage'),
})

const graph = createRoute({
  getParentRoute: () => root,
  path: pages.graph,
  component: PlaygroundPage,
})

const invoice = createRoute({
  getParentRoute: () => root,
  path: pages.invoice,
  component: lazyPage(() => import('../orders/InvoicePage'), 'InvoicePage'),
})

/** Parses a number only if printing it gives the same text. A long code of digits stays a text. */
function exactly(text: string): unknown {
  const value: unknown = JSON.parse(text)
  if (typeof value === 'number' && String(value) !== text) throw new Error('a text')
  return value
}

/** Every page of the storefront; only the first is in the first download. */
export function newRouter() {
  return createRouter({
    routeTree: root.addChildren([
      ...[home, product, basket, checkout, order, invoice],
      ...[login, socialCallback, register, forgotPassword, resetPassword, verify],
      ...[account, security, graph],
    ]),
    defaultPreload: 'intent',
    parseSearch: parseSearchWith(exactly),
    scrollRestoration: true,
  })
}

/** Fetches the code of all pages, so that each page also opens when the router is down later. */
export async function prefetchPages(router: ReturnType<typeof newRouter>): Promise<void> {
  const components = Object.values(router.routesByPath).map(
    ({ options }) => options.component as Partial<LazyPage> | undefined,
  )
  await Promise.all(
    components.flatMap((component) => (component?.preload ? [component.preload()] : [])),
  )
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof newRouter>
  }
}
