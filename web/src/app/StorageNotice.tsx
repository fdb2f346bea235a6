import { useSyncExternalStore } from 'react'
import { useServices } from '../services/services'

/** StorageNotice says so when the browser does not store the shop's data. */
export function StorageNotice() {
  const { storage } = useServices()
  const isLosing = useSyncExternalStore(storage.subscribe, storage.isLosing)
  return (
    <div role="status" className="no-print bg-warn text-on-warn">
      {isLosing && (
        <p className="mx-auto max-w-6xl px-4 py-2.5 text-sm sm:px-8">
          This browser stores no data for the shop. If you are not logged in, your basket is lost
          when you close or reload this page.
        </p>
      )}
    </div>
  )
}
