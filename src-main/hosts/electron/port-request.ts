/** The channel on which a preload script asks the main process for the port of its page. */
export const portRequest = 'wirebench:port-request'
