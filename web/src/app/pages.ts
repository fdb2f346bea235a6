/**
 * The address of each page. A segment that begins with $ stands for any one segment.
 *
 * The routes are made of these, and the build writes them to pages.json: the router answers any
 * other address with 404.
 */
export const pages = {
  home: '/',
  product: '/products/$slug',
  basket: '/basket',
  checkout: '/checkout',
  order: '/orders/$id',
  invoice: '/orders/$id/invoice',
  login: '/login',
  socialCallback: '/login/callback',
  register: '/register',
  forgotPassword: '/forgot-password',
  resetPassword: '/reset-password',
  verify: '/verify',
  account: '/account',
  security: '/account/security',
  graph: '/graph',
} as const
