import { Attempts } from '../graphql/attempts'
import type { OwnedStorage } from '../storage/ownedStorage'

/** A draft to create. An empty name is a name: the server gives the draft a number. */
export type NewDraft = { name: string }

/** Creating stores the draft whose creation has an unknown outcome. */
export class Creating extends Attempts<NewDraft> {
  constructor(storage: OwnedStorage) {
    super(storage, 'creating', ({ name }) => typeof name === 'string')
  }
}
