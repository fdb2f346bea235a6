import { createContext, use } from 'react'

/**
 * Tells whether the visitor has gone from one page to another; false on the page that was loaded.
 */
export const NavigatedContext = createContext<() => boolean>(() => false)

export const useNavigated = () => use(NavigatedContext)
