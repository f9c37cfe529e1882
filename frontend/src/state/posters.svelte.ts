/** Makes the posters that are missing, one at a time, newest first, when the page has a moment: never while it scrolls. */
import { host, type Video } from '../api'
import { blobToBase64, grabFrame } from '../components/media/frame'
import { session } from './session.svelte'

const WIDTH = 960

/** A poster of the file at this address, JPEG in base64. */
export type MakePoster = (address: string) => Promise<string>

const fromFile: MakePoster = async (address) =>
  blobToBase64(await grabFrame(address, { at: 0.1, maxWidth: WIDTH, type: 'image/jpeg', quality: 0.85 }))

const idle = () => new Promise<void>((done) => {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(() => done(), { timeout: 500 })
  else setTimeout(done)
})

export class Posters {
  #make: MakePoster
  #waiting = new Map<string, Video>()
  /** Of those, the ones that were wanted because they show. */
  #shown: readonly Video[] = []
  /** Each is tried once: a file that gives no frame gives none the second time. */
  #tried = new Set<string>()
  #made = new Set<string>()
  #working = false
  #held = false
  #release: () => void = () => undefined

  constructor(make: MakePoster = fromFile) {
    this.#make = make
  }

  start(): () => void {
    return host.on('video', (v) => {
      if (v.trashedAt) this.#waiting.delete(v.id)
      else this.want([v])
    })
  }

  /** Queues those without a poster; `lost` also those whose poster's file has gone. */
  want(videos: readonly Video[], lost = false): void {
    for (const v of videos) if ((!v.hasPoster || lost) && !v.trashedAt && !this.#tried.has(v.id)) this.#waiting.set(v.id, v)
    if (!this.#working && this.#waiting.size > 0) void this.#work()
  }

  /** Queues those that show now in the place of those that showed before. */
  look(videos: readonly Video[]): void {
    for (const v of this.#shown) this.#waiting.delete(v.id)
    this.#shown = videos
    this.want(videos)
  }

  /** Begins none while it is held. */
  hold(on: boolean): void {
    this.#held = on
    if (!on) this.#release()
  }

  /** What an address needs behind it, so that a poster that was made anew is not taken for the one that failed. */
  stamp(id: string): string {
    return this.#made.has(id) ? '?new' : ''
  }

  async #work(): Promise<void> {
    this.#working = true
    for (let next = this.#newest(); next; next = this.#newest()) {
      await idle()
      while (this.#held) await new Promise<void>((done) => (this.#release = done))
      next = this.#newest() // others may show by now
      if (!next) break
      this.#waiting.delete(next.id)
      this.#tried.add(next.id)
      try {
        const poster = await this.#make(session.media('video', next.id))
        this.#made.add(next.id)
        await host.savePoster(next.id, poster)
      } catch {
        // The tile keeps its quiet ground; the video itself is not harmed.
      }
    }
    this.#working = false
  }

  #newest(): Video | undefined {
    let found: Video | undefined
    for (const v of this.#waiting.values()) if (!found || v.createdAt > found.createdAt) found = v
    return found
  }
}

export const posters = new Posters()
