import { useState, type SubmitEvent } from 'react'
import { graphql, unmask, type FragmentType } from '../gql'
import type { Action } from '../graphql/useAction'
import { dataOf, faultIn } from '../regions/region'
import { pieces } from '../ui/format'
import { Field } from '../ui/Field'
import { Money } from '../ui/Money'
import { Notice } from '../ui/Notice'
import { useBasket } from './BasketProvider'
import type { NewDraft } from './creating'
import { useDraft, useDrafts } from './useDrafts'

const DraftParts = graphql(`
  fragment DraftParts on Order {
    id
    number
    name
    version
    totalQuantity
    total {
      ...MoneyParts
    }
  }
`)

/** Lists the visitor's baskets. The first is the one in use. */
export function Drafts() {
  const drafts = useDrafts()
  const { region: inUse } = useBasket()
  // If the basket is unavailable, the others are, too. One notice is enough.
  const fault = faultIn(inUse) ? undefined : faultIn(drafts.region)
  const all = dataOf(drafts.region) ?? []
  return (
    <section aria-labelledby="drafts" className="mt-12">
      <h2 id="drafts">Your baskets</h2>
      <p className="mt-2 text-muted">
        You can have several baskets. New items go into the one in use.
      </p>
      {fault && (
        <div className="mt-4">
          <Notice fault={fault} retry={drafts.retry} fetching={drafts.fetching}>
            The other baskets are unavailable right now.
          </Notice>
        </div>
      )}
      <ul className="mt-4 grid gap-4 sm:grid-cols-2">
        {all.map((draft, index) => (
          <DraftCard key={draft.id} of={draft} inUse={index === 0} onAnswer={drafts.onAnswer} />
        ))}
      </ul>
      <p role="alert" className="mt-3 font-medium text-danger empty:hidden">
        {drafts.message}
      </p>
      {drafts.unanswered && (
        <p role="status" className="mt-3 font-medium">
          We do not know whether {titleOf(drafts.unanswered)} was created: the answer did not
          arrive. Press “Create” again: it is never created twice.
        </p>
      )}
      <NameForm
        label="Name of a new basket"
        button="Create"
        initial={drafts.unanswered?.name}
        action={drafts.create}
      />
    </section>
  )
}

const titleOf = ({ name }: NewDraft) => (name ? `the basket “${name}”` : 'the new basket')

interface CardProps extends Pick<ReturnType<typeof useDrafts>, 'onAnswer'> {
  of: FragmentType<typeof DraftParts>
  inUse: boolean
}

function DraftCard({ of, inUse, onAnswer }: CardProps) {
  const draft = unmask(DraftParts, of)
  const { choose, rename, discard } = useDraft(draft, onAnswer)
  const [naming, setNaming] = useState(false)
  const name = draft.name ?? `Basket ${draft.number}`
  return (
    <li className="card p-5" data-draft={draft.id}>
      <h3 className="font-medium wrap-anywhere">{name}</h3>
      <p className="mt-1 text-sm text-muted">
        {inUse && 'In use, '}
        {pieces(draft.totalQuantity)}, <Money of={draft.total} />
      </p>
      <p className="mt-3 flex flex-wrap gap-x-5 gap-y-1">
        {!inUse && (
          <button type="button" className="link py-1" onClick={() => void choose.run()}>
            Use<span className="sr-only"> {name}</span>
          </button>
        )}
        <button
          type="button"
          className="link py-1"
          aria-expanded={naming}
          onClick={() => setNaming(!naming)}
        >
          Rename<span className="sr-only"> {name}</span>
        </button>
        <button type="button" className="link py-1" onClick={() => void discard.run()}>
          Discard<span className="sr-only"> {name}</span>
        </button>
      </p>
      {naming && (
        <NameForm
          label={`New name of ${name}`}
          button="Save"
          action={rename}
          onDone={() => setNaming(false)}
        />
      )}
    </li>
  )
}

interface NameFormProps {
  label: string
  button: string
  initial?: string
  /** Returns whether it is done. If not, the name stays in the field. */
  action: Action<[name: string], boolean>
  onDone?: () => void
}

function NameForm({ label, button, initial = '', action, onDone }: NameFormProps) {
  const [name, setName] = useState(initial)
  const { isPending, run } = action
  const submit = async () => {
    if (!(await run(name))) return
    setName('')
    onDone?.()
  }
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    void submit()
  }
  return (
    <form className="mt-4 flex flex-wrap items-end gap-3" onSubmit={onSubmit}>
      <div className="min-w-[10rem] flex-1 sm:max-w-xs">
        <Field
          label={label}
          name="name"
          value={name}
          onChange={({ target }) => setName(target.value)}
          maxLength={100}
          autoComplete="off"
        />
      </div>
      {/* The second click of a double click may come after the answer, when the field is empty. */}
      <button
        type="submit"
        className="button button-quiet"
        aria-busy={isPending || undefined}
        onClick={(click) => click.detail > 1 && click.preventDefault()}
      >
        {button}
      </button>
    </form>
  )
}
