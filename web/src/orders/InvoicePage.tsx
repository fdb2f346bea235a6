import { Link, useParams } from '@tanstack/react-router'
import { Fragment, type ReactNode } from 'react'
import { graphql, unmask, type FragmentType } from '../gql'
import { dataOf, faultIn } from '../regions/region'
import { useRegion } from '../regions/useRegion'
import { PleaseLogIn } from '../session/PleaseLogIn'
import { useOwnAddress } from '../session/useOwnAddress'
import { useSession } from '../session/useSession'
import { Bones } from '../ui/Bones'
import { formatDocumentDate, formatRate, shopZone } from '../ui/format'
import { Heading } from '../ui/Heading'
import { Money } from '../ui/Money'
import { Notice } from '../ui/Notice'
import { Trefoil } from '../ui/Trefoil'
import { NoSuchOrder } from './NoSuchOrder'

const InvoiceDocument = graphql(`
  query Invoice($id: ID!) {
    order(id: $id) {
      id
      ...InvoicedOrderParts
      invoice {
        id
        ...SheetParts
      }
    }
  }
`)

const InvoicedOrderParts = graphql(`
  fragment InvoicedOrderParts on Order {
    id
    number
    user {
      id
      ...RecipientParts
    }
  }
`)

const SheetParts = graphql(`
  fragment SheetParts on Invoice {
    number
    status
    issuedAt
    lines {
      ...InvoiceLineParts
    }
    ...InvoiceTotalsParts
  }
`)

const RecipientParts = graphql(`
  fragment RecipientParts on User {
    displayName
    email
  }
`)

const InvoiceLineParts = graphql(`
  fragment InvoiceLineParts on InvoiceLine {
    position
    sku
    title
    quantity
    unitPrice {
      ...MoneyParts
    }
    taxBasisPoints
    gross {
      ...MoneyParts
    }
  }
`)

const InvoiceTotalsParts = graphql(`
  fragment InvoiceTotalsParts on Invoice {
    taxes {
      basisPoints
      net {
        ...MoneyParts
      }
      tax {
        ...MoneyParts
      }
    }
    net {
      ...MoneyParts
    }
    tax {
      ...MoneyParts
    }
    gross {
      ...MoneyParts
    }
  }
`)

export function InvoicePage() {
  const { id } = useParams({ from: '/orders/$id/invoice' })
  const { signedIn } = useSession()
  if (!useOwnAddress()) return null
  return signedIn ? <InvoiceRegion key={id} id={id} /> : <PleaseLogIn title="Invoice" />
}

function InvoiceRegion({ id }: { id: string }) {
  const { region, retry, fetching } = useRegion({
    query: InvoiceDocument,
    variables: { id },
    root: 'order',
  })
  const order = dataOf(region)
  // The invoice can be available while the customer's name is not.
  const nameless = region.state === 'ready' ? region.missing[0] : undefined
  const fault = nameless ? undefined : faultIn(region)
  return (
    <>
      {region.state === 'empty' && <NoSuchOrder />}
      {fault && (
        <div className="mx-auto mb-8 max-w-3xl space-y-6">
          {!order && <Heading title="Invoice" />}
          <Notice fault={fault} retry={retry} fetching={fetching}>
            {order
              ? 'Invoices are unavailable right now. This invoice may be out of date.'
              : 'Invoices are unavailable right now. None of them is lost.'}
          </Notice>
        </div>
      )}
      {region.state === 'loading' && <Bones lines={8} label="Loading the invoice" />}
      {order?.invoice && (
        <Sheet of={order.invoice} order={order}>
          {nameless && (
            <div className="mt-3">
              <Notice fault={nameless} retry={retry} fetching={fetching}>
                Your e-mail address is missing: accounts are unavailable right now.
              </Notice>
            </div>
          )}
        </Sheet>
      )}
      {order && !order.invoice && <NotYet id={order.id} />}
    </>
  )
}

interface SheetProps {
  of: FragmentType<typeof SheetParts>
  order: FragmentType<typeof InvoicedOrderParts>
  children: ReactNode
}

/** The invoice, as a sheet of paper on the screen. Only the sheet is printed. */
function Sheet({ of, order: masked, children }: SheetProps) {
  const order = unmask(InvoicedOrderParts, masked)
  const invoice = unmask(SheetParts, of)
  return (
    <>
      <div className="no-print mx-auto mb-6 flex max-w-3xl flex-wrap items-center justify-between gap-3">
        <Link to="/orders/$id" params={{ id: order.id }} className="link inline-block py-1">
          Back to the order
        </Link>
        <button type="button" className="button" onClick={() => window.print()}>
          Print
        </button>
      </div>
      <article className="card mx-auto max-w-3xl p-6 sm:p-12 print:max-w-none print:border-0 print:p-0">
        <header className="flex flex-wrap items-start justify-between gap-6">
          <div>
            <Heading title={`Invoice ${invoice.number}`} />
            {invoice.status === 'CANCELLED' && (
              <p className="mt-2 font-semibold text-danger">Cancelled</p>
            )}
          </div>
          <p className="flex items-center gap-2 font-serif text-2xl">
            <Trefoil className="size-8 text-leaf" />
            Trefoil
          </p>
        </header>
        <div className="mt-8 grid gap-6 sm:grid-cols-2">
          <Recipient of={order.user}>{children}</Recipient>
          <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 self-start sm:justify-self-end">
            <dt className="text-muted">Date</dt>
            <dd>
              {formatDocumentDate(invoice.issuedAt)} <span className="text-muted">{shopZone}</span>
            </dd>
            <dt className="text-muted">Order</dt>
            <dd>{order.number}</dd>
          </dl>
        </div>
        <Lines of={invoice.lines} />
        <Totals of={invoice} />
      </article>
    </>
  )
}

interface RecipientProps {
  of: FragmentType<typeof RecipientParts> | null | undefined
  children: ReactNode
}

/**
 * The customer, who may be somebody else than the visitor: staff see all orders. If accounts are
 * down, the name is that of the session.
 */
function Recipient({ of, children }: RecipientProps) {
  const user = unmask(RecipientParts, of)
  const { displayName } = useSession()
  return (
    <section aria-label="Recipient">
      <p className="font-medium">{user?.displayName ?? displayName}</p>
      {user && <p className="wrap-anywhere text-muted">{user.email}</p>}
      {children}
    </section>
  )
}

/** On narrow screens, quantity, price and tax are below the title, so nothing scrolls sideways. */
function Lines({ of }: { of: readonly FragmentType<typeof InvoiceLineParts>[] }) {
  const number = 'py-2.5 pl-4 text-right align-top whitespace-nowrap'
  const wide = `${number} max-sm:hidden print:table-cell`
  return (
    <table className="mt-10 w-full">
      <thead className="border-b-2 border-ink text-left text-sm">
        <tr>
          <th scope="col" className="py-2 pr-3">
            Article
          </th>
          <th scope="col" className={wide}>
            Quantity
          </th>
          <th scope="col" className={wide}>
            Each
          </th>
          <th scope="col" className={wide}>
            Tax
          </th>
          <th scope="col" className={number}>
            Amount
          </th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line border-b border-line">
        {unmask(InvoiceLineParts, of).map((line) => (
          <tr key={line.position} className="break-inside-avoid">
            <td className="py-2.5 pr-3">
              {line.title}
              <span className="block text-sm text-muted">{line.sku}</span>
              <span className="block text-sm text-muted sm:hidden print:hidden">
                {line.quantity} × <Money of={line.unitPrice} />, {formatRate(line.taxBasisPoints)}{' '}
                tax
              </span>
            </td>
            <td className={`${wide} tabular-nums`}>{line.quantity}</td>
            <td className={wide}>
              <Money of={line.unitPrice} />
            </td>
            <td className={`${wide} tabular-nums`}>{formatRate(line.taxBasisPoints)}</td>
            <td className={number}>
              <Money of={line.gross} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The sums, with the tax of each rate. */
function Totals({ of }: { of: FragmentType<typeof InvoiceTotalsParts> }) {
  const { taxes, net, tax, gross } = unmask(InvoiceTotalsParts, of)
  return (
    <dl className="mt-6 ml-auto grid w-full max-w-sm grid-cols-[1fr_auto] gap-x-8 gap-y-1 break-inside-avoid">
      <dt className="text-muted">Net</dt>
      <dd className="text-right">
        <Money of={net} />
      </dd>
      {taxes.map(({ basisPoints, net, tax }) => (
        <Fragment key={basisPoints}>
          <dt className="text-sm text-muted">
            {formatRate(basisPoints)} of <Money of={net} />
          </dt>
          <dd className="text-right text-sm">
            <Money of={tax} />
          </dd>
        </Fragment>
      ))}
      <dt className="text-muted">Tax</dt>
      <dd className="text-right">
        <Money of={tax} />
      </dd>
      <dt className="mt-2 text-xl font-semibold">Total</dt>
      <dd className="mt-2 text-right text-xl font-semibold">
        <Money of={gross} />
      </dd>
    </dl>
  )
}

function NotYet({ id }: { id: string }) {
  return (
    <div className="mx-auto max-w-prose py-12 text-center">
      <Heading title="No invoice yet" />
      <p className="mt-4 text-muted">It is issued when the order is confirmed.</p>
      <p className="mt-8">
        <Link to="/orders/$id" params={{ id }} className="button">
          To the order
        </Link>
      </p>
    </div>
  )
}
