/** Holds host.ts to the generated bindings: a name or a shape that differs is a type error here. */
import type * as bound from '../../wailsjs/go/main/App'
import type { Host } from './host'

/** What the page asks of Go: everything of the host but its events. */
export type Calls = Omit<Host, 'on'>

/** Go knows no unions of words and says nothing of null. */
type Plain<T> =
  0 extends 1 & T ? T
    : T extends null | undefined ? never
      : T extends string ? string
        : T extends number ? number
          : T extends boolean ? boolean
            : T extends object ? { [K in keyof T]: Plain<T[K]> }
              : T

/** Optional fields made certain, so that a missing one shows. */
type Certain<T> =
  0 extends 1 & T ? T
    : T extends object ? { [K in keyof T]-?: Certain<T[K]> }
      : T

type Fits<A, B> = [A] extends [B] ? [B] extends [A] ? true : false : false
type Alike<A, B> = Fits<Plain<A>, Plain<B>> extends true ? Fits<Certain<Plain<A>>, Certain<Plain<B>>> : false

type Page = { [K in keyof Calls as Capitalize<K>]: Calls[K] }
type Go = typeof bound

/** The methods whose arguments or result differ, and those that only one side has. */
type Different = {
  [K in keyof Page & keyof Go]: Alike<Parameters<Page[K]>, Parameters<Go[K]>> extends true
    ? Alike<Awaited<ReturnType<Page[K]>>, Awaited<ReturnType<Go[K]>>> extends true ? never : K
    : K
}[keyof Page & keyof Go] | Exclude<keyof Page, keyof Go> | Exclude<keyof Go, keyof Page>

type Nothing<T extends never> = T
export type Drift = Nothing<Different>
