// Parts of a view that several pages show.

/** One labelled fact of a list. */
export interface Fact {
  label: string;
  value: string;
  help: string | null;
}
