import type { OrderStatus } from '../gql/graphql'

export const statusNames: Record<OrderStatus, string> = {
  DRAFT: 'Draft',
  PENDING: 'Being checked',
  CONFIRMED: 'Confirmed',
  PROCESSING: 'Being packed',
  SHIPPED: 'On its way',
  DELIVERED: 'Delivered',
  CANCELLED: 'Cancelled',
}
