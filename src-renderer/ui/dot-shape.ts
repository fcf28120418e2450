/** The shapes a state dot can have; see `StateDot.svelte`. */
export type DotShape = 'idle' | 'busy' | 'open' | 'half' | 'failed'
