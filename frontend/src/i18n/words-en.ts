import { joined } from './words'

export default joined(import.meta.glob(['../../messages/en/*.json', '!../../messages/en/{statistics,collections,stacks,export}.json'], { eager: true, import: 'default' }))
