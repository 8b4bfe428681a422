// Parts of a view that several pages show.

/** One labelled detail of a list. */
export interface Detail {
  label: string;
  value: string;
  help: string | null;
}
