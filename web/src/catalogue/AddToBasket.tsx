import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useBasket } from '../basket/BasketProvider'
import { graphql, unmask, type FragmentType } from '../gql'
import { useSession } from '../session/useSession'
import { pieces } from '../ui/format'
import { Stepper } from '../ui/Stepper'

const AddToBasketParts = graphql(`
  fragment AddToBasketParts on Product {
    id
    title
    stock {
      status
      maximumQuantity
    }
  }
`)

interface Props {
  of: FragmentType<typeof AddToBasketParts>
  /** How many are in the basket already. */
  held: number | undefined
}

export function AddToBasket({ of, held }: Props) {
  const { id, title, stock } = unmask(AddToBasketParts, of)
  const { add, queue } = useBasket()
  const [quantity, setQuantity] = useState(1)
  const sent = queue.added.get(id) ?? 0
  const [before] = useState(sent)
  const [kept, setKept] = useState(0)
  const soldOut = stock.status === 'OUT_OF_STOCK'

  const put = () => {
    const more = add({ productId: id, quantity, title })
    setKept((now) => now + more)
    setQuantity(1)
  }
  return (
    <div className="mt-8">
      <div className="flex flex-wrap items-center gap-4">
        <Stepper
          label={title}
          value={quantity}
          maximum={Math.max(1, stock.maximumQuantity)}
          disabled={soldOut}
          onChange={setQuantity}
        />
        <button
          type="button"
          className="button flex-1 sm:flex-none sm:!px-8"
          disabled={soldOut}
          onClick={put}
        >
          {soldOut ? 'Sold out' : 'Add to basket'}
        </button>
      </div>
      <div role="status" className="mt-4 min-h-6">
        {!queue.open.has(id) && <Outcome id={id} added={kept + sent - before} held={held} />}
      </div>
    </div>
  )
}

/** Shows the result of all additions on this page. A double click adds two pieces. */
function Outcome({ id, added, held }: { id: string; added: number; held: number | undefined }) {
  const { local, queue, mergeMessage } = useBasket()
  const { signedIn } = useSession()
  const refused = queue.message || mergeMessage
  const waiting = signedIn ? local.find(({ productId }) => productId === id)?.quantity : undefined
  if (refused) return <p className="font-medium text-danger">{refused}</p>
  if (added === 0 && waiting === undefined)
    return held === undefined ? null : <p className="text-muted">{pieces(held)} in your basket</p>
  return (
    <p>
      {waiting === undefined
        ? `${pieces(added)} added. `
        : `The basket is unavailable right now: ${pieces(waiting)} will be added when it is back. `}
      <Link to="/basket" className="link">
        See the basket
      </Link>
    </p>
  )
}
