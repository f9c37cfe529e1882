/**
 * The videos around the place that is looked at. One question is under way at a time; where the place has moved on
 * meanwhile, the next one is for where it is by then, and what lay between is never asked for.
 */
import type { Video } from '../api'

export const BLOCK = 60
/** Blocks asked for at once, and kept. */
const AT_ONCE = 3
const KEPT = 40

/** Videos from a position on. */
export type Ask = (position: number, limit: number) => Promise<Video[]>

export class Pages {
  #ask: Ask
  #came: () => void
  #failed: (reason: unknown) => void
  /** By number, least recently looked at first. */
  #blocks = new Map<number, Video[]>()
  #wanted: [from: number, to: number] = [0, 0]
  /** Of the blocks that are kept: an answer of an earlier one is for positions that mean something else now. */
  #epoch = 0
  #asking = false

  constructor(ask: Ask, came: () => void, failed: (reason: unknown) => void) {
    this.#ask = ask
    this.#came = came
    this.#failed = failed
  }

  at(position: number): Video | undefined {
    return this.#blocks.get(Math.floor(position / BLOCK))?.[position % BLOCK]
  }

  find(id: string): number {
    for (const [block, videos] of this.#blocks) {
      const at = videos.findIndex((v) => v?.id === id)
      if (at >= 0) return block * BLOCK + at
    }
    return -1
  }

  /** How many are kept. */
  get size(): number {
    let sum = 0
    for (const videos of this.#blocks.values()) sum += videos.length
    return sum
  }

  /** Forgets all, or takes a stretch that begins at a block for all there is. */
  reset(from = 0, videos: readonly Video[] = []): void {
    this.#epoch++
    this.#blocks.clear()
    this.#put(from, videos)
  }

  /** Puts a newer record in the place of the one that is kept. False when none is. */
  replace(next: Video): boolean {
    const position = this.find(next.id)
    if (position < 0) return false
    this.#blocks.get(Math.floor(position / BLOCK))![position % BLOCK] = next
    return true
  }

  /** These positions are looked at now. What is missing of them comes; earlier wishes are dropped. */
  want(from: number, to: number): void {
    this.#wanted = [Math.max(0, from), to]
    for (let block = Math.floor(this.#wanted[0] / BLOCK); block * BLOCK < to; block++) {
      const videos = this.#blocks.get(block)
      if (!videos) continue
      this.#blocks.delete(block)
      this.#blocks.set(block, videos)
    }
    if (!this.#asking) void this.#work()
  }

  /** Waits for a position's video, wherever is looked at; undefined when there is none. Rejects as the question does. */
  async load(position: number): Promise<Video | undefined> {
    if (position < 0) return undefined
    const epoch = this.#epoch
    const block = Math.floor(position / BLOCK)
    if (!this.#blocks.has(block)) {
      const videos = await this.#ask(block * BLOCK, BLOCK)
      if (epoch !== this.#epoch) return undefined
      this.#put(block * BLOCK, videos, 1)
      this.#came()
    }
    return this.at(position)
  }

  async #work(): Promise<void> {
    this.#asking = true
    for (let missing = this.#missing(); missing; missing = this.#missing()) {
      const epoch = this.#epoch
      const [first, blocks] = missing
      try {
        const videos = await this.#ask(first * BLOCK, blocks * BLOCK)
        if (epoch !== this.#epoch) continue
        this.#put(first * BLOCK, videos, blocks)
        this.#came()
      } catch (reason) {
        if (epoch !== this.#epoch) continue
        this.#failed(reason)
        break
      }
    }
    this.#asking = false
  }

  /** The first missing block of what is wanted, and how many follow it. */
  #missing(): [first: number, blocks: number] | undefined {
    const [from, to] = this.#wanted
    for (let block = Math.floor(from / BLOCK); block * BLOCK < to; block++) {
      if (this.#blocks.has(block)) continue
      let end = block + 1
      while (end - block < AT_ONCE && end * BLOCK < to && !this.#blocks.has(end)) end++
      return [block, end - block]
    }
    return undefined
  }

  #put(from: number, videos: readonly Video[], blocks = Math.ceil(videos.length / BLOCK)): void {
    for (let i = 0; i < blocks; i++) this.#blocks.set(Math.floor(from / BLOCK) + i, videos.slice(i * BLOCK, (i + 1) * BLOCK))
    const [wantedFrom, wantedTo] = this.#wanted
    for (const block of this.#blocks.keys()) {
      if (this.#blocks.size <= KEPT) break
      if ((block + 1) * BLOCK <= wantedFrom || block * BLOCK >= wantedTo) this.#blocks.delete(block)
    }
  }
}
