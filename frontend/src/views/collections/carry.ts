/** Videos of the grid on their way: onto a collection, or before or behind a tile of the collection that shows. */
import { mount } from 'svelte'
import { collections } from '../../state/collections.svelte'
import { gallery } from '../../state/gallery.svelte'
import { Turns } from '../../state/turns'
import { GAP } from '../gallery/layout'
import { drag, type Over } from './drag.svelte'
import Dragged from './Dragged.svelte'

mount(Dragged, { target: document.body })

export { takeOut } from './actions'

const steps = new Turns()
/** Moves the video that has the keyboard to another position, one move after another: each goes from where the one before has led. */
export function step(to: (from: number) => number | undefined, focusAt: (position: number) => Promise<void>): void {
  steps.take(async () => {
    const from = gallery.current
    const id = gallery.at(from)?.id
    const position = to(from)
    if (!id || position === undefined || position === from) return
    await collections.arrange([id], position > from ? position + 1 : position)
    await focusAt(gallery.current)
  }).catch(() => undefined) // the grid is gone
}

/** The picture of a tile, which is what can be taken hold of. */
const held = (target: EventTarget | null) => (target as HTMLElement | null)?.closest?.<HTMLElement>('[data-position] > .open')

// The window listens, so that a quick hand's drag need not wait for anything to load.
window.addEventListener('pointerdown', (press) => {
  const tile = held(press.target)
  const id = gallery.at(Number(tile?.parentElement?.dataset.position ?? -1))?.id
  if (!tile || !id || press.button !== 0 || press.pointerType === 'touch' || gallery.trashed) return
  if (!gallery.manual && !document.querySelector('[data-collection]')) return // nothing to drop it on
  drag.begin(press, { scroller: tile.closest('[role=list]')!, ids: () => gallery.selection.targets(id), over, drop: (to, ids) => void drop(to, ids) })
})
window.addEventListener('dragstart', (e) => { if (held(e.target)) e.preventDefault() }) // the engine would drag the picture itself

function over(x: number, y: number): Over | undefined {
  const element = document.elementFromPoint(x, y)
  const collection = element?.closest<HTMLElement>('[data-collection]')?.dataset.collection
  if (collection) return { collection }
  const tileAt = (at: number) => document.elementFromPoint(at, y)?.closest<HTMLElement>('[data-position]')
  const tile = gallery.manual ? tileAt(x) ?? tileAt(x - GAP) : undefined
  if (!tile) return undefined
  const { left, right, top, height } = (tile.querySelector('.open') ?? tile).getBoundingClientRect()
  const behind = x > (left + right) / 2
  const position = Number(tile.dataset.position) + (behind ? 1 : 0)
  const [only, other] = drag.ids
  if (!other && [position - 1, position].some((at) => gallery.at(at)?.id === only)) return undefined // there it is
  return { position, line: { x: (behind ? right + GAP / 2 : left - GAP / 2) - 1, top, height } }
}

async function drop(to: Over, ids: readonly string[]): Promise<unknown> {
  if ('position' in to) return collections.arrange(ids, to.position)
  const into = collections.list.find((c) => c.id === to.collection)
  return into && collections.add(into, ids)
}
