/** The words of a question, as far as the page itself reads them: the library alone decides what matches. */

const WORD = /-?(?:[\w-]+:(?:[<>]=?)?)?(?:"[^"]*"?|[^\s"]+)/g

export const wordsOf = (text: string): string[] => text.match(WORD) ?? []

/** The text with a filter word in it, or without. */
export function withFilter(text: string, filter: string, on: boolean): string {
  const words = wordsOf(text)
  const has = words.some((word) => word.toLowerCase() === filter)
  if (has === on) return text
  return on ? [text.trim(), filter].filter(Boolean).join(' ') : words.filter((word) => word.toLowerCase() !== filter).join(' ')
}

/** What is to be marked where it matched: words that are no filters and aren't excluded, without their quotes. */
export function markedWords(text: string): string[] {
  return wordsOf(text)
    .filter((word) => !word.startsWith('-') && !/^[\w-]+:/.test(word))
    .map((word) => word.replaceAll('"', '').trim().toLocaleLowerCase())
    .filter(Boolean)
}

export interface Piece { text: string; marked: boolean }

const CHINESE = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Script=Thai}/u
const BEGINS = /[\p{L}\p{N}]/u

/** A text in pieces, those marked that begin a word as one of these does; in scripts without spaces, anywhere. */
export function pieces(text: string, words: readonly string[]): Piece[] {
  if (words.length === 0) return [{ text, marked: false }]
  const low = text.toLocaleLowerCase()
  if (low.length !== text.length) return [{ text, marked: false }] // a letter whose small form is longer: places would be off
  const marked = new Uint8Array(text.length)
  for (const word of words) {
    for (let at = low.indexOf(word); at >= 0; at = low.indexOf(word, at + 1)) {
      if (at > 0 && BEGINS.test(low[at - 1]!) && !CHINESE.test(word)) continue
      marked.fill(1, at, at + word.length)
    }
  }
  const all: Piece[] = []
  for (let from = 0, to = 0; from < text.length; from = to) {
    while (to < text.length && marked[to] === marked[from]) to++
    all.push({ text: text.slice(from, to), marked: marked[from] === 1 })
  }
  return all
}

/** The local day of a moment: 2026-11-24. */
export function dayOf(at: number): string {
  const date = new Date(at)
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((n) => String(n).padStart(2, '0')).join('-')
}
