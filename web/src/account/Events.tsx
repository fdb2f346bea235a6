import { useState } from 'react'
import { graphql } from '../gql'
import { dataOf, faultIn } from '../regions/region'
import { useRegion } from '../regions/useRegion'
import { Bones } from '../ui/Bones'
import { Notice } from '../ui/Notice'
import { EventList } from './EventList'

const MyEvents = graphql(`
  query MyEvents {
    me {
      id
      events {
        ...EventParts
      }
    }
  }
`)

const few = 8

/** Shows the latest events of the visitor's account, and all of them on request. */
export function Events() {
  const { region, retry, fetching } = useRegion({ query: MyEvents, variables: {}, root: 'me' })
  const [all, setAll] = useState(false)
  const fault = faultIn(region)
  const me = dataOf(region)
  return (
    <>
      {fault && (
        <Notice fault={fault} retry={retry} fetching={fetching}>
          The history of your account is unavailable right now.
        </Notice>
      )}
      {region.state === 'loading' && <Bones lines={4} label="Loading what happened" />}
      {me && <EventList events={all ? me.events : me.events.slice(0, few)} userId={me.id} />}
      {me && me.events.length > few && !all && (
        <button type="button" className="link mt-3 py-1" onClick={() => setAll(true)}>
          Show all {me.events.length}
        </button>
      )}
    </>
  )
}
