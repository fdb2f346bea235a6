import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useBasket } from '../basket/BasketProvider'
import { faultIn } from '../regions/region'
import { useSession } from '../session/useSession'
import { pieces } from '../ui/format'
import { Stepper } from '../ui/Stepper'

interface Props {
  product: { id: string; title: string; stock: { status: string; maximumQuantity: number } }
  /** How many are in the basket already. */
  held: number | undefined
}

export function AddToBasket({ product, held }: Props) {
  const { id, title, stock } = product
  const { region, add, queue, mergeMessage } = useBasket()
  const { signedIn } = useSession()
  const [quantity, setQuantity] = useState(1)
  const [added, setAdded] = useState(0)
  const soldOut = stock.status === 'OUT_OF_STOCK'
  const later = signedIn && faultIn(region) !== undefined
  const refused = queue.message || mergeMessage

  const put = () => {
    add({ productId: id, quantity, title })
    setAdded(added + quantity)
    setQuantity(1)
  }
  return (
    <div className="mt-8">
      <div className="flex flex-wrap items-center gap-4">
        <Stepper label={title} value={quantity} maximum={Math.max(1, stock.maximumQuantity)} disabled={soldOut} onChange={setQuantity} />
        <button type="button" className="button flex-1 sm:flex-none sm:!px-8" disabled={soldOut} onClick={put}>
          {soldOut ? 'Sold out' : 'Add to basket'}
        </button>
      </div>
      <div role="status" className="mt-4 min-h-6">
        {refused ? (
          <p className="font-medium text-danger">{refused}</p>
        ) : (
          added > 0 && (
            <p>
              {later
                ? `The basket cannot be reached just now: ${pieces(added)} will be added when it is back. `
                : `${pieces(added)} added. `}
              <Link to="/basket" className="link">
                See the basket
              </Link>
            </p>
          )
        )}
        {!refused && added === 0 && held !== undefined && <p className="text-muted">{pieces(held)} in your basket</p>}
      </div>
    </div>
  )
}
