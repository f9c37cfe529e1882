/** What is asked of a person in a dialog, which is loaded when the first one opens. */
import type { Collection } from '../../api'
import { attempt } from '../../state/gallery-actions'

const dialogs = () => import('./open')

export const addToCollection = (ids: readonly string[]) => attempt(async () => (await dialogs()).add(ids))
export const makeCollection = () => attempt(async () => (await dialogs()).make())
export const saveSearch = (query: string) => attempt(async () => (await dialogs()).save(query))
export const changeCollection = (c: Collection) => attempt(async () => (await dialogs()).change(c))
