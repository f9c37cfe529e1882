/** Makes the posters that are missing, one at a time, newest first, when the page has a moment: never while it scrolls. */
import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import { host, type Video } from '../api'
import { blobToBase64, grabFrame } from '../components/media/frame'
import { session } from './session.svelte'

const WIDTH = 960
/** A file that gives no frame, for it may be on its way to its place, is asked again this often in all, with growing pauses. */
const TRIES = 3
const PAUSE = 5_000
/** So many failures in a row are the system's, which lacks a decoder: then one is tried in a while. */
const STREAK = 4
const REST = 60_000

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
  /** How often each gave no frame, and the timer of its next try. */
  #tries = new Map<string, number>()
  #timers = new Map<string, ReturnType<typeof setTimeout>>()
  #streak = 0
  #making = ''
  /** When each was made last. */
  #made = new Map<string, number>()
  /** Those that were asked for and are not there. */
  #gone = new SvelteSet<string>()
  /** How often the page has to load each anew. */
  #stamps = new SvelteMap<string, number>()
  #working = false
  #held = false
  #release: () => void = () => undefined

  constructor(make: MakePoster = fromFile) {
    this.#make = make
  }

  start(): () => void {
    const stop = host.on('video', (v) => {
      if (!v.trashedAt) return this.want([v])
      this.#waiting.delete(v.id)
      this.#later(v.id)
    })
    return () => {
      stop()
      for (const id of [...this.#timers.keys()]) this.#later(id)
    }
  }

  /** Queues those without a poster; `lost` also those whose poster's file has gone. */
  want(videos: readonly Video[], lost = false): void {
    for (const v of videos) if ((!v.hasPoster || lost) && !v.trashedAt && this.#may(v.id)) this.#waiting.set(v.id, v)
    if (!this.#working && !this.#timers.has('') && this.#waiting.size > 0) void this.#work()
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

  /** Whether a poster was asked for and is not there: nothing is drawn in its place until it is made. */
  gone(id: string): boolean {
    return this.#gone.has(id)
  }

  /** What an address needs behind it, so that a poster that was made anew is not taken for the one that failed. */
  stamp(id: string): string {
    const times = this.#stamps.get(id)
    return times ? `?${times}` : ''
  }

  /** Is told that a poster could not be loaded from this address: it is made, and shows once it is there. */
  lost(id: string, address: string): void {
    if (!address.endsWith(this.stamp(id)) || this.#gone.has(id)) return
    this.#gone.add(id)
    if (Date.now() - (this.#made.get(id) ?? 0) < REST) { // it was made while this one was on its way
      if ((this.#stamps.get(id) ?? 0) < TRIES) this.#back(id)
      return
    }
    host.video(id).then((v) => this.want([v], true), () => undefined)
  }

  #back(id: string): void {
    if (this.#gone.delete(id)) this.#stamps.set(id, (this.#stamps.get(id) ?? 0) + 1)
  }

  #may(id: string): boolean {
    if (id === this.#making || this.#timers.has(id) || (this.#tries.get(id) ?? 0) >= TRIES) return false
    return Date.now() - (this.#made.get(id) ?? 0) >= REST
  }

  #later(id: string, again?: () => void, ms = 0): void {
    clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
    if (again) this.#timers.set(id, setTimeout(() => { this.#timers.delete(id); again() }, ms))
  }

  #failed(video: Video): void {
    const tries = (this.#tries.get(video.id) ?? 0) + 1
    this.#tries.set(video.id, tries)
    this.#streak++
    if (tries < TRIES) this.#later(video.id, () => this.want([video], true), PAUSE * tries)
  }

  async #work(): Promise<void> {
    this.#working = true
    for (let next = this.#newest(); next; next = this.#newest()) {
      await idle()
      while (this.#held) await new Promise<void>((done) => (this.#release = done))
      next = this.#newest() // others may show by now
      if (!next) break
      this.#waiting.delete(next.id)
      this.#making = next.id
      try {
        const poster = await this.#make(session.media('video', next.id))
        this.#streak = 0 // frames can be had; whether they can be kept is another matter
        await host.savePoster(next.id, poster)
        this.#made.set(next.id, Date.now())
        this.#tries.delete(next.id)
        this.#back(next.id)
      } catch {
        this.#failed(next) // its place keeps its quiet ground; the video itself is not harmed
      }
      this.#making = ''
      if (this.#streak < STREAK) continue
      this.#later('', () => this.want([]), REST)
      break
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
