/** What the command palette does with collections. */
import type { Command } from '../../state/commands'
import { gallery } from '../../state/gallery.svelte'
import { router } from '../../state/router.svelte'
import { addToCollection } from '.'
import { makeCollection, savable, saveSearch, takeOut } from './actions'

export type CollectionCommand = Extract<Command, 'new-collection' | 'collect' | 'take-out' | 'save-search'>

/** The video that plays, or else the chosen ones. */
const meant = (): string[] => router.view === 'player' ? [router.id] : gallery.trashed ? [] : [...gallery.selection.ids]

/** Whether there is something to do it with; true of every other command. */
export function possible(command: Command): boolean {
  switch (command) {
    case 'collect': return meant().length > 0
    case 'take-out': return gallery.manual && meant().length > 0 && (router.view !== 'player' || !!gallery.find(router.id))
    case 'save-search': return savable()
    default: return true
  }
}

export function run(command: CollectionCommand): void {
  switch (command) {
    case 'collect': return void addToCollection(meant())
    case 'take-out': return takeOut(meant())
    case 'save-search':
      router.go('gallery')
      return void saveSearch(gallery.text.trim())
    case 'new-collection':
      router.go('gallery') // which will show it
      return void makeCollection()
  }
}

export function enter(id: string): void {
  router.go('gallery')
  gallery.enter(id)
}
