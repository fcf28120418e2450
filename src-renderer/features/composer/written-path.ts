/** A path as it is written in a message, where two braces begin a placeholder. */
export const pathAsWritten = (path: string): string => path.replaceAll('{{', '\\{{')

/** The path that is meant by one written in a message. */
export const pathFromWritten = (written: string): string => written.replaceAll('\\{{', '{{')
