/** Why there is none: not allowed, none there (or taken by another program), or not on such a page. */
export type Lacking = "denied" | "none" | "insecure";

export class NoMicrophone extends Error {
  constructor(readonly why: Lacking) {
    super(why);
  }
}
