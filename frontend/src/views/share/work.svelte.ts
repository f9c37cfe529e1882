/** One export: begins it, follows it, stops it. */
import { host, toFault, type Video } from '../../api'
import { blobToBase64, draw, seek, withVideo } from '../../components/media/frame'
import { session } from '../../state/session.svelte'
import { momentsOf, moving, type Choice } from './plan'
import { drawSheet } from './sheet'

/** Where it was written; '' when the person chose no place or stopped it. */
export type Written = string

export class Work {
  busy = $state(false)
  /** 0 to 1; null before anything is known. */
  share = $state<number | null>(null)
  /** Frames, of a moving picture. */
  frames = $state.raw<{ done: number; total: number } | undefined>()
  #token = ''
  #stopped = false

  /** `video`: the only one, where there is one. Rejects with a fault, or with an Error when the page's decoder gives no frame. */
  async run(video: Video, ids: string[], choice: Choice): Promise<Written> {
    this.#token = crypto.randomUUID()
    this.#stopped = false
    this.busy = true
    this.share = null
    this.frames = undefined
    const deaf = host.on('exported', (e) => { if (e.token === this.#token && e.total > 0) this.share = e.done / e.total })
    try {
      return await this.#write(video, ids, choice)
    } catch (reason) {
      if (this.#stopped) return ''
      throw reason
    } finally {
      deaf()
      this.busy = false
    }
  }

  stop(): void {
    this.#stopped = true
    if (this.#token) void host.stopExport(this.#token).catch(() => undefined)
  }

  #write(video: Video, ids: string[], choice: Choice): Promise<Written> {
    const { kind } = choice
    if (moving(kind)) return this.#film(video, choice, kind)
    if (kind === 'frame' || kind === 'sheet') return this.#still(video, choice, kind)
    return host.exportVideos(this.#token, kind, ids, choice.from * 1000, choice.to * 1000)
  }

  async #film(video: Video, choice: Choice, form: 'gif' | 'webp'): Promise<Written> {
    const path = await host.beginReel(this.#token, form, video.id)
    if (!path) return ''
    const all = momentsOf(choice, video.frameRate)
    this.frames = { done: 0, total: all.length }
    try {
      await withVideo(session.media('video', video.id), async (screen) => {
        for (const [n, moment] of all.entries()) {
          if (this.#stopped) return
          await seek(screen, moment.at)
          const frame = await draw(screen, { maxWidth: choice.width, type: form === 'gif' ? 'image/png' : 'image/webp', quality: 0.82 })
          await host.addFrame(this.#token, await blobToBase64(frame), moment.ms)
          this.frames = { done: n + 1, total: all.length }
          this.share = (n + 1) / all.length
        }
      })
      if (this.#stopped) return ''
      await host.endReel(this.#token)
      return path
    } catch (reason) {
      void host.stopExport(this.#token).catch(() => undefined)
      throw reason
    }
  }

  async #still(video: Video, choice: Choice, kind: 'frame' | 'sheet'): Promise<Written> {
    const picture = await withVideo(session.media('video', video.id), async (screen) => {
      if (kind === 'sheet') return drawSheet(screen, video, choice.grid, (share) => (this.share = share), () => this.#stopped)
      await seek(screen, choice.at)
      return draw(screen, { type: 'image/png' })
    })
    return this.#stopped ? '' : host.saveStill(video.id, kind, await blobToBase64(picture))
  }
}

/** What a person reads when an export fails: a decoder's Error has no sentence of its own. */
export const isFault = (reason: unknown): boolean => !(reason instanceof Error) || toFault(reason).rule !== 'internal'
