declare const __WIREBENCH_VERSION__: string

/** The version of this program as in package.json, put in by the build. */
export const version: string = __WIREBENCH_VERSION__
