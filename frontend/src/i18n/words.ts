/** What is said in one language, as it stands in the messages' files. */
/** A text for each form that a number takes: "p=one" of the declaration "local p = count: plural". */
export interface Plural { declarations: string[]; match: Record<string, string> }
export type Message = string | [Plural]
export type Words = Record<string, Message>

export const joined = (files: Record<string, unknown>): Words => Object.assign({}, ...Object.values(files)) as Words
