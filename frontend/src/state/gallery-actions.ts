/** What a person can do with a video, the same from the gallery and the player. */
import { host, type Video } from '../api'
import { m } from '../i18n'
import { blobToBase64, grabFrame } from '../components/media/frame'
import { composer } from './composer.svelte'
import { edits, editText } from './edits'
import { gallery } from './gallery.svelte'
import { router } from './router.svelte'
import { session } from './session.svelte'
import { toasts } from './toasts.svelte'

/** Runs an action and says it when it fails; true when it went well. */
export async function attempt(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action()
    return true
  } catch (reason) {
    toasts.fault(reason)
    return false
  }
}

export async function copy(text: string): Promise<void> {
  if (await attempt(() => host.copyText(text))) toasts.success(m.common_copied())
}

export const open = (v: Video): void => router.go('player', v.id)
/** Two to four can be looked at side by side. */
export const comparable = (): boolean => !gallery.trashed && gallery.selection.ids.size >= 2 && gallery.selection.ids.size <= 4
export const compare = (): void => { if (comparable()) router.go('compare', [...gallery.selection.ids].join(',')) }
export const reveal = (v: Video) => attempt(() => host.reveal(v.id))
export const openExternally = (v: Video) => attempt(() => host.openExternally(v.id))
export const copyPrompt = (v: Video) => copy(v.prompt)
export const useAgain = (v: Video) => attempt(() => composer.use({
  model: v.model, params: v.params ?? { prompt: v.prompt }, ...(v.pictures ? { pictures: v.pictures } : {}), origin: { kind: 'variation', video: v.id },
}))

/** Begins the next generation where this one ended. */
export async function useLastFrame(v: Video): Promise<void> {
  try {
    await composer.bringPicture(async () => {
      const frame = await grabFrame(session.media('video', v.id), { at: 'last', frameRate: v.frameRate, type: 'image/png' })
      return host.addPicture(`${v.name || 'frame'}.png`, await blobToBase64(frame))
    }, v.prompt, { kind: 'last_frame', video: v.id })
  } catch (reason) {
    if (reason instanceof Error) toasts.show({ tone: 'error', text: m.gallery_frame_failed() })
    else toasts.fault(reason)
  }
}

/** Many at once are one change. */
export const setFavourite = (ids: readonly string[], on: boolean) =>
  attempt(async () => {
    if (ids.length === 1) gallery.take(await host.setFavourite(ids[0]!, on))
    else edits.tell(await host.mark([...ids], { favourite: on }))
  })

/** Rejects with the fault, for the field to show. */
export async function rename(id: string, name: string): Promise<void> {
  gallery.take(await host.rename(id, name))
}

/** To the system's trash, with a notice that takes it back. */
export async function trash(ids: string[]): Promise<boolean> {
  if (ids.length === 0) return false
  return attempt(async () => {
    const stay = gallery.answered.stacked ? (await import('./stacks')).stayText(ids) : ''
    const edit = await host.trash(ids)
    if (!edit.fault) gallery.selection.drop(ids)
    edits.tell(edit, true, [editText(edit), stay].filter(Boolean).join(' · '))
  })
}

/** The model's name for people; its id when the catalogue doesn't list it. */
export const modelName = (id: string): string => composer.models.find((model) => model.id === id)?.name ?? id
