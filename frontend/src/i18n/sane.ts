/**
 * The web view's languages, made sane before anything reads them: on a system whose language is "C" it says so, which is
 * no language tag, and Intl throws when it is given one. Import it before all else.
 */

/** Whether Intl takes it. */
export function isTag(tag: unknown): tag is string {
  try {
    return typeof tag === 'string' && tag.length > 1 && Intl.NumberFormat.supportedLocalesOf(tag).length >= 0
  } catch {
    return false
  }
}

/** What is left of these; never nothing. */
export function saneLanguages(said: readonly unknown[], system: readonly string[]): string[] {
  const tags = [...said, ...system].filter(isTag)
  return tags.length > 0 ? [...new Set(tags)] : ['en-US']
}

const said = [...(navigator.languages ?? []), navigator.language]
if (said.length < 2 || !said.every(isTag)) {
  const system = document.documentElement.dataset.languages?.split(' ') ?? [] // by page.go
  const languages = Object.freeze(saneLanguages(said, system))
  Object.defineProperties(navigator, { language: { value: languages[0], configurable: true }, languages: { value: languages, configurable: true } })
}
