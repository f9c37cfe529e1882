import { describe, expect, it } from 'vitest'
import { dayOf, markedWords, pieces, withFilter, wordsOf } from './gallery-words'

it('words hold together what quotes hold together', () => {
  expect(wordsOf('model:hailuo-02 cost:>0.3 -rain "slow pan" -tag:"two words" 海螺')).toEqual(['model:hailuo-02', 'cost:>0.3', '-rain', '"slow pan"', '-tag:"two words"', '海螺'])
})

it('a filter comes and goes without harm to the rest', () => {
  expect(withFilter('heron', 'fav:yes', true)).toBe('heron fav:yes')
  expect(withFilter('', 'fav:yes', true)).toBe('fav:yes')
  expect(withFilter('heron FAV:yes "slow pan"', 'fav:yes', false)).toBe('heron "slow pan"')
  expect(withFilter('heron  lake ', 'fav:yes', false)).toBe('heron  lake ')
  expect(withFilter('fav:yes', 'fav:yes', true)).toBe('fav:yes')
})

describe('marks', () => {
  const shown = (text: string, asked: string) => pieces(text, markedWords(asked)).map((p) => (p.marked ? `[${p.text}]` : p.text)).join('')
  it.each([
    ['A heron lifts off', 'her', 'A [her]on lifts off'],
    ['Other herons', 'her', 'Other [her]ons'],
    ['slow pan, pan slow', '"slow pan" fav:yes', '[slow pan], pan slow'],
    ['雪夜的胡同，红灯笼', '胡同', '雪夜的[胡同]，红灯笼'],
    ['rain and sun', '-rain sun', 'rain and [sun]'],
    ['aaa aab', 'aa a', '[aa]a [aa]b'],
    ['İstanbul nights', 'nights', 'İstanbul nights'], // its small form is longer: better no mark than a wrong one
    ['nothing', '', 'nothing'],
  ])('%s, asked for %s', (text, asked, want) => expect(shown(text, asked)).toBe(want))
})

it('a day is the local one', () => {
  expect(dayOf(new Date(2026, 0, 5, 0, 0, 1).getTime())).toBe('2026-01-05')
  expect(dayOf(new Date(2026, 0, 4, 23, 59, 59).getTime())).toBe('2026-01-04')
})
