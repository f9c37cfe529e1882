/** Variations of one prompt: shown as one, or a stack of them whole. */
import { host, type Video } from '../api'
import { format, m } from '../i18n'
import '../i18n/words-stacks'
import { edits } from './edits'
import { attempt } from './gallery-actions'
import type { Days } from './gallery-days'
import { gallery, type Begin } from './gallery.svelte'
import { stacking } from './gallery-stacks'
import { dayOf } from './gallery-words'

/** What was looked at when the stack was entered. */
let left: Begin & { text: string; collection: string } = { text: '', collection: '', current: 0, top: undefined }
/** Which was put on top while the stack was looked into: what shows there is elsewhere now. */
let above: Video | undefined

/** The day that is looked at stays in view. */
export async function showStacked(on: boolean): Promise<void> {
  gallery.stacked = stacking.on = on
  if (gallery.stack) return leaveStack()
  const { days, current, top } = gallery
  const first = (next: Days, position: number) => next.position({ ...days.place(position), offset: 0 })
  await gallery.load((next) => ({ current: first(next, current), top: top && { position: first(next, top.position), below: 0 } }))
}

/** Shows a stack whole, wherever and by whatever words it was found. */
export async function enterStack(video: Video): Promise<void> {
  left = { text: gallery.text, collection: gallery.collection, current: gallery.current, top: gallery.top }
  above = undefined
  gallery.stack = video
  gallery.text = gallery.collection = ''
  await gallery.load()
}

/** Back to what was looked at, and to its place there, or to that of another top. */
export async function leaveStack(): Promise<void> {
  const { text, collection, current, top } = left
  gallery.stack = undefined
  gallery.text = text
  gallery.collection = collection
  await gallery.load(({ total }) => ({ current: Math.min(current, Math.max(0, total - 1)), top: top && top.position < total ? top : undefined }))
  if (gallery.fault?.rule === 'not_found_collection') gallery.enter('') // it was removed meanwhile
  else if (above) await goTo(above)
}

/** The keyboard's place becomes that of a video, loaded or not, if it shows. */
async function goTo({ id, createdAt }: Video): Promise<void> {
  const { answered, days, manual } = gallery
  const day = manual ? '' : dayOf(createdAt)
  const count = days.sections.find((section) => section.day === day)?.count ?? 0
  const offset = (await host.videoIDs(answered, day, 0, count).catch(() => [] as string[])).indexOf(id)
  if (offset >= 0 && days === gallery.days) gallery.current = days.position({ day, offset })
}

/** Lets a video stand for its stack or, where it does, leaves that to the newest. */
export const standFor = (v: Video): Promise<boolean> => attempt(async () => {
  edits.tell(await host.standFor(v.id, !v.front), true)
  if (gallery.stack) above = v.front ? await gallery.videoAt(0) : v
})

/** How many lie behind some of the stacks that show as one; undefined for more than are looked up. */
function behind(ids: Iterable<string>): number | undefined {
  let sum = 0
  let looked = 0
  for (const id of ids) {
    const video = looked++ < MOST ? gallery.find(id) : undefined
    if (!video) return undefined
    sum += Math.max(0, (video.stack ?? 0) - 1)
  }
  return sum
}
const MOST = 200

const said = (ids: Iterable<string>, text: (n: { count: number; shown: string }) => string, some: () => string): string => {
  const count = gallery.answered.stacked ? behind(ids) : 0
  return count === 0 ? '' : count === undefined ? some() : text({ count, shown: format.number(count) })
}

/** What is chosen is what shows: says how many lie behind that are not. */
export const behindText = (ids: Iterable<string>): string => said(ids, m.stack_behind, m.stack_behind_some)
/** What of the stacks stays where these go. */
export const stayText = (ids: Iterable<string>): string => said(ids, m.stack_stay, m.stack_stay_some)
