/** What sets the texts of several videos apart, word by word. */

export interface Piece { text: string; differs: boolean }

/** Words of any script and what stands between them. */
const wordsOf = (text: string): string[] => [...new Intl.Segmenter(undefined, { granularity: 'word' }).segment(text)].map((s) => s.segment)

/** Which words of `own` stand in a longest common run of words with `other`. */
function common(own: readonly string[], other: readonly string[]): boolean[] {
  const width = other.length + 1
  const longest = new Uint16Array((own.length + 1) * width)
  for (let i = own.length - 1; i >= 0; i--) for (let k = other.length - 1; k >= 0; k--) {
    longest[i * width + k] = own[i] === other[k] ? longest[(i + 1) * width + k + 1]! + 1 : Math.max(longest[(i + 1) * width + k]!, longest[i * width + k + 1]!)
  }
  const shared = own.map(() => false)
  for (let i = 0, k = 0; i < own.length && k < other.length;) {
    if (own[i] === other[k]) {
      shared[i++] = true
      k++
    } else if (longest[(i + 1) * width + k]! >= longest[i * width + k + 1]!) i++
    else k++
  }
  return shared
}

/** A value of so few words is compared as a whole; of a longer text that shares no word with the others none is marked. */
const FEW = 3
const isWord = (segment: string): boolean => /[\p{L}\p{N}]/u.test(segment)

/** Each text in pieces: those that not all the others have in that place differ. Texts that share no word have no marks, which would be everywhere. */
export function apart(texts: readonly string[]): Piece[][] {
  const words = texts.map(wordsOf)
  const marks = words.map((own, at) => {
    const shared = own.map(() => true)
    words.forEach((other, i) => { if (i !== at) common(own, other).forEach((has, n) => (shared[n] &&= has)) })
    return shared
  })
  const strange = words.some((own) => own.filter(isWord).length > FEW) && !marks.some((shared, at) => shared.some((has, n) => has && isWord(words[at]![n]!)))
  return words.map((own, at) => {
    const pieces: Piece[] = []
    own.forEach((text, n) => {
      const last = pieces.at(-1)
      const differs = !strange && !marks[at]![n]
      if (last?.differs === differs) last.text += text
      else pieces.push({ text, differs })
    })
    return pieces
  })
}
