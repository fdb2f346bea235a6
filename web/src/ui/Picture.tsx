import { useState } from 'react'
import { graphql, unmask, type FragmentType } from '../gql'
import { Trefoil } from './Trefoil'

export const PictureParts = graphql(`
  fragment PictureParts on Image {
    url
    alt
    width
    height
  }
`)

interface Props {
  of: FragmentType<typeof PictureParts> | undefined
  /** The title is beside it, so the picture needs no text of its own. */
  decorative?: boolean
  /** Loads the picture at once, because it is visible first. */
  eager?: boolean
}

/** A square picture, or a leaf in its place when there is none to show. */
export function Picture({ of, decorative = false, eager = false }: Props) {
  const image = unmask(PictureParts, of)
  const [broken, setBroken] = useState('')
  const missing = !image || broken === image.url
  return (
    <span className="block aspect-square w-full overflow-hidden rounded-[inherit] bg-sunken">
      {missing ? (
        <span className="flex size-full items-center justify-center text-line" data-placeholder>
          <Trefoil className="w-2/5" />
        </span>
      ) : (
        <img
          className="size-full object-cover"
          src={image.url}
          alt={decorative ? '' : image.alt}
          width={image.width}
          height={image.height}
          loading={eager ? 'eager' : 'lazy'}
          decoding="async"
          onError={() => setBroken(image.url)}
        />
      )}
    </span>
  )
}
