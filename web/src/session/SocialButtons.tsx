import { useState } from 'react'
import { useBeginSocialLogin, useSocialProviders } from './social'

/** A button for each provider that the shop is configured for; else nothing. */
export function SocialButtons({ next }: { next: string }) {
  const providers = useSocialProviders()
  const begin = useBeginSocialLogin()
  const [busy, setBusy] = useState('')
  const [failed, setFailed] = useState('')
  if (providers.length === 0) return null
  const go = async (id: string, name: string) => {
    setBusy(id)
    const gone = await begin(id, next)
    setBusy('')
    setFailed(gone ? '' : `${name} cannot be reached just now. Please try again in a moment.`)
  }
  return (
    <section
      aria-label="Other ways to log in"
      className="mx-auto mt-6 flex max-w-md flex-col gap-3"
    >
      {providers.map(({ id, name }) => (
        <button
          key={id}
          type="button"
          className="button button-quiet"
          aria-busy={busy === id || undefined}
          onClick={() => void go(id, name)}
        >
          Log in with {name}
        </button>
      ))}
      <p role="alert" className="font-medium text-danger">
        {failed}
      </p>
    </section>
  )
}
