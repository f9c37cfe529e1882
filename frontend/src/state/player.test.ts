import { beforeEach, describe, expect, it } from 'vitest'
import { PlayerState } from './player.svelte'
import { nextShuttle, nextSpeed, playerAction, SPEEDS, stepFrame } from './player-keys'

const press = (key: string, rest: Partial<KeyboardEvent> = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, repeat: false, ...rest })

beforeEach(() => localStorage.clear())

describe('how videos are played', () => {
  it('is kept for the next start, but for the speed', () => {
    const player = new PlayerState()
    player.toggleLoop()
    player.setVolume(0.314159)
    player.changeSpeed(1)
    expect(new PlayerState()).toMatchObject({ loop: false, volume: 0.31, muted: false, speed: 1 })
  })

  it.each(['null', '[]', '{"volume":"loud"}', '{"volume":7}', 'not json'])('survives whatever was kept: %s', (kept) => {
    localStorage.setItem('conch.player', kept)
    expect(new PlayerState()).toMatchObject({ loop: true, muted: false, volume: 1 })
  })

  it('is silent at no volume, and heard again at some', () => {
    const player = new PlayerState()
    player.setVolume(-3)
    expect(player).toMatchObject({ volume: 0, muted: true })
    player.toggleMute()
    expect(player).toMatchObject({ volume: 0.5, muted: false })
    player.toggleMute()
    player.setVolume(0.7)
    expect(player).toMatchObject({ volume: 0.7, muted: false })
  })
})

describe('the player’s keys', () => {
  it('are its own only without a modifier', () => {
    expect(playerAction(press(' '))).toEqual({ do: 'play' })
    expect([press('L'), press('j'), press('k')].map(playerAction)).toEqual([{ do: 'shuttle', by: 1 }, { do: 'shuttle', by: -1 }, { do: 'pause' }])
    expect(playerAction(press('L', { shiftKey: true }))).toEqual({ do: 'loop' })
    expect(playerAction(press('ArrowLeft'))).toEqual({ do: 'seek', by: -1 })
    expect(playerAction(press('f', { ctrlKey: true }))).toBeUndefined()
    expect(playerAction(press('f', { metaKey: true }))).toBeUndefined()
    expect(playerAction(press('ArrowLeft', { altKey: true }))).toBeUndefined()
    expect(playerAction(press('q'))).toBeUndefined()
  })

  it('held down go on where that is meant, and trash one video at most', () => {
    expect(playerAction(press('ArrowRight', { repeat: true }))).toEqual({ do: 'seek', by: 1 })
    expect(playerAction(press('.', { repeat: true }))).toEqual({ do: 'frame', by: 1 })
    for (const key of ['Delete', ' ', 'f', 'b']) expect(playerAction(press(key, { repeat: true })), key).toBeUndefined()
  })
})

describe('steps', () => {
  it('of speed stay within the range', () => {
    expect(SPEEDS.map((s) => nextSpeed(s, 1))).toEqual([0.5, 0.75, 1, 1.25, 1.5, 2, 2])
    expect(nextSpeed(0.25, -1)).toBe(0.25)
    expect(nextSpeed(9, -1)).toBe(1.5)
  })

  it('of the shuttle double, turn at once and have an end', () => {
    expect([[0, 1], [1, 1], [2, 1], [8, 1], [8, -1], [-1, -1], [-8, -1], [-4, 1]].map(([now, by]) => nextShuttle(now!, by!))).toEqual([1, 2, 4, 8, -1, -2, -8, 1])
  })

  it('of a frame reach every frame there is, forth and back', () => {
    const [rate, duration] = [25, 6]
    let time = 0
    const seen = [0]
    for (let n = 0; n < 200; n++) {
      time = stepFrame(time, 1, rate, duration)
      seen.push(Math.floor(time * rate))
    }
    expect([...new Set(seen)]).toEqual(Array.from({ length: 150 }, (_, n) => n))
    for (let n = 149; n > 0; n--) time = stepFrame(time, -1, rate, duration)
    expect(Math.floor(time * rate)).toBe(0)
    expect(stepFrame(0, -1, rate, duration)).toBeGreaterThanOrEqual(0)
    expect(stepFrame(1, 1, 0, 6)).toBeCloseTo(25.5 / 24)
    expect(stepFrame(0, 1, 25, 0)).toBe(0)
  })
})
