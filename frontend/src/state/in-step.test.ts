import { expect, it } from 'vitest'
import { InStep, type Film } from './in-step.svelte'

function film(duration: number) {
  const f = {
    currentTime: 0, duration, paused: true, ended: false, seeking: false, readyState: 4, playbackRate: 1,
    async play() { f.paused = false },
    pause() { f.paused = true },
  }
  return f satisfies Film
}

it('starts, stops, seeks and speeds all as one', () => {
  const [a, b] = [film(6), film(10)]
  const all = new InStep()
  all.take([a, b])
  expect(all.duration).toBe(10)
  all.toggle()
  all.faster(1)
  expect([a.paused, b.paused, a.playbackRate, b.playbackRate]).toEqual([false, false, 1.25, 1.25])
  all.seek(3)
  expect([a.currentTime, b.currentTime]).toEqual([3, 3])
  all.toggle()
  expect([a.paused, b.paused]).toEqual([true, true])
})

it('sets right what strays from the clock, and leaves alone what nobody sees', () => {
  const [a, b] = [film(6), film(10)]
  const all = new InStep()
  all.take([a, b])
  all.toggle()
  b.currentTime = 2
  a.currentTime = 2.05
  all.follow()
  expect([all.time, a.currentTime]).toEqual([2, 2.05])
  a.currentTime = 1.5
  all.follow()
  expect(a.currentTime).toBe(2)
})

it('lets the shorter hold its last frame, and begins anew when the longest has ended', () => {
  const [a, b] = [film(6), film(10)]
  const all = new InStep()
  all.take([a, b])
  all.toggle()
  b.currentTime = 8
  all.follow()
  expect([a.currentTime, a.paused, b.paused]).toEqual([5.99, true, false])
  Object.assign(b, { currentTime: 10, ended: true, paused: true })
  all.follow()
  Object.assign(b, { ended: false })
  all.follow()
  expect([a.currentTime, b.currentTime, a.paused, b.paused]).toEqual([0, 0, false, false])
})

it('waits for whoever waits for bytes', () => {
  const [a, b] = [film(6), film(10)]
  const all = new InStep()
  all.take([a, b])
  all.toggle()
  a.readyState = 2
  all.follow()
  expect([a.paused, b.paused, all.playing]).toEqual([true, true, true])
  a.readyState = 4
  all.follow()
  expect([a.paused, b.paused]).toEqual([false, false])
})

it('steps by frames, standing', () => {
  const [a, b] = [film(6), film(10)]
  const all = new InStep()
  all.take([a, b])
  all.toggle()
  all.step(1, 25)
  expect(all.playing).toBe(false)
  expect(a.currentTime).toBeCloseTo(0.06)
  expect(b.currentTime).toBe(a.currentTime)
})
