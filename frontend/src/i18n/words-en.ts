import { joined } from './words'
import * as faults from './words-faults'

export default { ...joined(import.meta.glob(['../../messages/en/*.json', '!../../messages/en/{spending,crop,marking,camera,queue,player,settings,statistics,collections,stacks,export,help,import,errors}.json'], { eager: true, import: 'default' })), ...faults }
