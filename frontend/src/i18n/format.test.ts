import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { faultText } from './fault'
import * as format from './format'
import { locale, locales, negotiate } from './locale.svelte'

beforeAll(() => Promise.all(locales.map((language) => locale.learn(language))))
beforeEach(() => locale.set('en'))

describe('the language', () => {
  it('is the first of the system’s that there are messages for', () => {
    expect(negotiate(['fr-FR', 'zh_TW.UTF-8', 'en'])).toBe('zh-Hant')
    expect(['zh-HK', 'zh-Hant-MO', 'zh', 'zh-CN', 'zh-Hans-TW', 'en_GB', 'de'].map((l) => negotiate([l])))
      .toEqual(['zh-Hant', 'zh-Hant', 'zh-Hans', 'zh-Hans', 'zh-Hans', 'en', 'en'])
    expect(negotiate([])).toBe('en')
  })

  it('tells assistive technology which it is, and gives each format anew', () => {
    const [english, chinese] = (['en', 'zh-Hant'] as const).map((l) => { locale.set(l); return format.month(Date.UTC(2026, 10, 15)) })
    expect(english).toBe('November 2026')
    expect(chinese).toBe('2026年11月')
    expect(document.documentElement.lang).toBe('zh-Hant')
  })
})

describe('figures', () => {
  it('show money to the cent, and smaller sums as more than nothing', () => {
    expect([0, 230_000, 1_234_560_000, 4_500, -230_000].map(format.money)).toEqual(['$0.00', '$0.23', '$1,234.56', '$0.0045', '-$0.23'])
  })

  it('show sizes as file managers do', () => {
    expect([0, 999, 1000, 3_400_000, 34_000_000, 2e15].map(format.bytes)).toEqual(['0 bytes', '999 bytes', '1 kB', '3.4 MB', '34 MB', '2,000 TB'])
    expect(format.rate(1_500)).toBe('1.5 kB/s')
  })

  it('show running time as a clock', () => {
    expect([-3, 7.9, 750, 3723].map(format.clock)).toEqual(['0:00', '0:07', '12:30', '1:02:03'])
  })

  it('show how long ago in the largest unit that fits', () => {
    const now = Date.UTC(2026, 10, 15)
    expect([0, 59_000, 180_000, 7_200_000, 86_400_000].map((ms) => format.ago(now - ms, now))).toEqual(['now', '59 seconds ago', '3 minutes ago', '2 hours ago', 'yesterday'])
    expect(format.ago(now + 900, now), 'made since the clock was read').toBe('now')
  })

  it('of days and months by their names', () => {
    expect([format.day('2026-11-04'), format.day('2026-11')]).toEqual(['Wednesday, November 4, 2026', 'November 2026'])
  })
})

describe('a fault', () => {
  it('speaks the language in use', () => {
    const fault = { rule: 'prompt_empty', message: 'from Go' }
    const english = faultText(fault)
    locale.set('zh-Hans')
    expect(faultText(fault)).toMatch(/\p{Script=Han}/u)
    expect(english).not.toMatch(/from Go|\p{Script=Han}/u)
  })

  it('of a newer Conch keeps Go’s sentence, else its name', () => {
    expect(faultText({ rule: 'from_the_future', message: 'Something new.' })).toBe('Something new.')
    expect(faultText({ rule: 'from_the_future' })).toBe('from_the_future')
  })
})
