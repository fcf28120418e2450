/** What is kept of the CA of the local servers, as PEM. Null for a file that is not there. */
export interface KeptAuthority {
  readonly ca: string | null
  readonly caKey: string | null
  /** The certificate and key of a client that mutual servers let in. */
  readonly client: string | null
  readonly clientKey: string | null
}

export interface AuthorityChange<Result> {
  readonly kept: Readonly<Record<keyof KeptAuthority, string>>
  readonly result: Result
}

/** The files of the CA of the local servers, shared by every process that uses the data folder. */
export interface AuthorityFiles {
  /** Where each of them is on this machine. */
  readonly paths: Readonly<Record<keyof KeptAuthority, string>>
  /** Errors: `file-unreadable`. */
  read(): Promise<KeptAuthority>
  /**
   * Changes what is kept from what is kept now, while no other process does, and answers the change's result. Keys are
   * readable by this user alone. Errors: `file-unreadable`, `data-folder-unwritable`, `disk-full`, `file-unwritable`.
   */
  update<Result>(change: (present: KeptAuthority) => Promise<AuthorityChange<Result>>): Promise<Result>
}
