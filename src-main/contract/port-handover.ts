/** What a preload script posts to its page together with exactly one message port: the page's wire to the engine. */
export const portMessage = 'wirebench:port'
