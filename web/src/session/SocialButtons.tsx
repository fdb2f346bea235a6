import { useState } from 'react'
import { useAction } from '../graphql/useAction'
import { useServices } from '../services/services'
import { beginSocialLogin, useSocialProviders } from './social'

/** Shows a button for each provider that the shop is configured for. */
export function SocialButtons({ next }: { next: string }) {
  const providers = useSocialProviders()
  const [failed, setFailed] = useState('')
  if (providers.length === 0) return null
  return (
    <section
      aria-label="Other ways to log in"
      className="mx-auto mt-6 flex max-w-md flex-col gap-3"
    >
      {providers.map(({ id, name }) => (
        <ProviderButton key={id} provider={id} name={name} next={next} onEnd={setFailed} />
      ))}
      <p role="alert" className="font-medium text-danger">
        {failed}
      </p>
    </section>
  )
}

interface Props {
  provider: string
  name: string
  next: string
  /** Gets the message if the provider's page cannot be opened, and an empty text otherwise. */
  onEnd: (message: string) => void
}

function ProviderButton({ provider, name, next, onEnd }: Props) {
  const { session } = useServices()
  const { isPending, run } = useAction(async (api) => {
    const leaves = await beginSocialLogin(api, session, { provider, next })
    onEnd(leaves ? '' : `${name} is unavailable right now. Please try again in a moment.`)
  })
  return (
    <button
      type="button"
      className="button button-quiet"
      aria-busy={isPending || undefined}
      onClick={() => void run()}
    >
      Log in with {name}
    </button>
  )
}
