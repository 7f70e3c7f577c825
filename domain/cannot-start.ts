/** The product cannot start here. The message is one plain sentence for whoever typed the command; exit code 1. */
export class CannotStart extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options)
    this.name = 'CannotStart'
  }
}
