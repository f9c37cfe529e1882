import { describe, expect, it } from 'vitest'
import type { Video } from '../api'
import { video } from '../test/records'
import { BLOCK, Pages } from './gallery-pages'

const all = Array.from({ length: 100_000 }, (_, n) => video(`v${n}`, 100_000 - n))

/** A library that answers when told to. */
function library(total = all.length) {
  const asked: [position: number, limit: number][] = []
  const answers: { give: () => void; fail: () => void }[] = []
  const failures: unknown[] = []
  let came = 0
  const pages = new Pages(
    (position, limit) => {
      asked.push([position, limit])
      return new Promise<Video[]>((give, fail) => answers.push({ give: () => give(all.slice(position, Math.min(total, position + limit))), fail: () => fail(new Error('gone')) }))
    },
    () => came++, (reason) => failures.push(reason))
  const answer = async (how: 'give' | 'fail' = 'give') => {
    answers.shift()![how]()
    await new Promise((done) => setTimeout(done))
  }
  return { pages, asked, answers, answer, failures, came: () => came }
}

describe('the pages', () => {
  it('come for what is looked at, and are asked for once', async () => {
    const l = library()
    l.pages.want(70, 130)
    l.pages.want(70, 130)
    expect(l.asked).toEqual([[60, 2 * BLOCK]])
    await l.answer()
    expect(l.pages.at(70)?.id).toBe('v70')
    expect(l.pages.at(179)?.id).toBe('v179')
    expect(l.pages.at(180)).toBeUndefined()
    l.pages.want(100, 150)
    expect([l.asked.length, l.answers.length, l.came()]).toEqual([1, 0, 1])
  })

  it('at speed are asked for the last place alone', async () => {
    const l = library()
    l.pages.want(0, 60)
    for (let at = 1000; at <= 90_000; at += 500) l.pages.want(at, at + 40)
    await l.answer()
    await l.answer()
    expect(l.answers).toHaveLength(0)
    expect(l.asked.map(([position]) => position)).toEqual([0, 90_000])
    expect(l.pages.at(90_010)?.id).toBe('v90010')
  })

  it('are kept within bounds, those that show for certain', async () => {
    const l = library()
    for (let at = 0; at < 100_000; at += 900) {
      l.pages.want(at, at + 150)
      while (l.answers.length > 0) await l.answer()
      expect(l.pages.at(at)?.id).toBe(`v${at}`)
      expect(l.pages.size).toBeLessThanOrEqual(40 * BLOCK)
    }
  })

  it('mean nothing any more once they were reset', async () => {
    const l = library()
    l.pages.want(0, 60)
    l.pages.reset(60, all.slice(5000, 5060))
    l.pages.want(60, 130)
    await l.answer() // for the positions of before
    expect(l.pages.at(0)).toBeUndefined()
    expect(l.pages.at(60)?.id).toBe('v5000')
    await l.answer()
    expect(l.asked).toEqual([[0, BLOCK], [120, BLOCK]])
  })

  it('that fail are asked for again when they are looked at again', async () => {
    const l = library()
    l.pages.want(0, 60)
    await l.answer('fail')
    expect(l.failures).toHaveLength(1)
    expect(l.answers).toHaveLength(0)
    l.pages.want(0, 60)
    await l.answer()
    expect(l.pages.at(0)?.id).toBe('v0')
  })

  it('that are shorter than they should be are not asked for over and over', async () => {
    const l = library(70)
    l.pages.want(0, 120)
    await l.answer()
    expect([l.asked.length, l.answers.length, l.pages.at(69)?.id, l.pages.at(70)]).toEqual([1, 0, 'v69', undefined])
  })

  it('find, replace and load single ones', async () => {
    const l = library()
    const loading = l.pages.load(4321)
    await l.answer()
    expect((await loading)?.id).toBe('v4321')
    expect(l.pages.find('v4321')).toBe(4321)
    expect(l.pages.find('v1')).toBe(-1)
    expect(l.pages.replace({ ...all[4321]!, name: 'Heron' })).toBe(true)
    expect(l.pages.replace(all[1]!)).toBe(false)
    expect(l.pages.at(4321)?.name).toBe('Heron')
    expect(await l.pages.load(-1)).toBeUndefined()
  })
})
