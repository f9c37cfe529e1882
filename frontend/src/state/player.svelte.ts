/** How videos are played: loop, sound, speed; kept from one video to the next. */
import { nextSpeed } from './player-keys'

const STORE = 'conch.player'

interface Kept { loop: boolean; muted: boolean; volume: number }

function read(): Partial<Kept> {
  try {
    return (JSON.parse(localStorage.getItem(STORE) ?? '{}') as Partial<Kept> | null) ?? {}
  } catch {
    return {}
  }
}

export class PlayerState {
  loop = $state(true)
  muted = $state(false)
  volume = $state(1)
  speed = $state(1)

  constructor() {
    const kept = read()
    this.loop = kept.loop ?? true
    this.muted = kept.muted ?? false
    this.volume = typeof kept.volume === 'number' ? Math.min(1, Math.max(0, kept.volume)) : 1
  }

  toggleLoop(): void {
    this.loop = !this.loop
    this.#keep()
  }

  toggleMute(): void {
    this.muted = !this.muted
    if (!this.muted && this.volume === 0) this.volume = 0.5
    this.#keep()
  }

  setVolume(volume: number): void {
    this.volume = Math.round(Math.min(1, Math.max(0, volume)) * 100) / 100
    this.muted = this.volume === 0
    this.#keep()
  }

  changeSpeed(by: number): void {
    this.speed = nextSpeed(this.speed, by)
  }

  #keep(): void {
    try {
      localStorage.setItem(STORE, JSON.stringify({ loop: this.loop, muted: this.muted, volume: this.volume } satisfies Kept))
    } catch {
      // Without storage they hold until the window closes.
    }
  }
}

export const player = new PlayerState()
